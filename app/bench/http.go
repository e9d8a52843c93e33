package bench

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
)

// message is one HTTP request or answer as the load needs it. It lives in the
// buffers of its reader until the next one is read.
type message struct {
	first  string // request line or status line
	header []byte // the header lines
	body   []byte
}

// readMessage reads one message with a Content-Length: the least parsing there
// can be, so that neither the load nor a yardstick costs more than it must.
func readMessage(r *bufio.Reader, m *message) error {
	line, err := r.ReadSlice('\n')
	if err != nil {
		return err
	}
	m.first = strings.TrimRight(string(line), "\r\n")
	m.header = m.header[:0]
	length := 0
	for {
		if line, err = r.ReadSlice('\n'); err != nil {
			return err
		}
		if len(line) <= 2 {
			break
		}
		if v, ok := headerValue(line, "Content-Length"); ok {
			if length, err = strconv.Atoi(v); err != nil {
				return fmt.Errorf("content length %q", v)
			}
		}
		m.header = append(m.header, line...)
	}
	if cap(m.body) < length {
		m.body = make([]byte, length)
	}
	m.body = m.body[:length]
	_, err = io.ReadFull(r, m.body)
	return err
}

func headerValue(line []byte, name string) (string, bool) {
	if len(line) <= len(name) || line[len(name)] != ':' || !bytes.EqualFold(line[:len(name)], []byte(name)) {
		return "", false
	}
	return string(bytes.TrimSpace(line[len(name)+1:])), true
}

func (m *message) get(name string) string {
	for line := range bytes.Lines(m.header) {
		if v, ok := headerValue(line, name); ok {
			return v
		}
	}
	return ""
}

// ok says whether an answer's status is 200.
func (m *message) ok() bool { return len(m.first) > 12 && m.first[9:12] == "200" }

// serve answers every request on a free port of loopback with 200 or, if answer
// says so, with 503.
func serve(answer func(*message) error) (addr string, stop func(), err error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	go func() {
		for {
			c, err := listener.Accept()
			if err != nil {
				return
			}
			go serveOne(c, answer)
		}
	}()
	return listener.Addr().String(), func() { _ = listener.Close() }, nil
}

func serveOne(c net.Conn, answer func(*message) error) {
	defer c.Close()
	r := bufio.NewReaderSize(c, 16<<10)
	var m message
	for readMessage(r, &m) == nil {
		text := "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK"
		if err := answer(&m); err != nil {
			why := err.Error()
			text = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: " + strconv.Itoa(len(why)) + "\r\n\r\n" + why
		}
		if _, err := io.WriteString(c, text); err != nil {
			return
		}
	}
}
