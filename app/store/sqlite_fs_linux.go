package store

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// networkFS lists statfs magic numbers of file systems whose locks and memory
// maps do not hold what WAL needs (linux/magic.h).
var networkFS = map[uint32]string{
	0x6969:     "NFS",
	0x517b:     "SMB",
	0xff534d42: "CIFS",
	0xfe534d42: "SMB2",
	0x01021997: "9P",
	0x5346414f: "AFS",
	0x00c36400: "Ceph",
	0x0bd00bd0: "Lustre",
}

// refuseNetworkFS refuses dir when SQLite cannot be trusted there (E19).
func refuseNetworkFS(dir string) error {
	var st unix.Statfs_t
	if err := unix.Statfs(dir, &st); err != nil {
		return fmt.Errorf("the file system of %s cannot be examined: %w", dir, err)
	}
	return judgeFS(dir, uint32(st.Type))
}

func judgeFS(dir string, magic uint32) error {
	if name, bad := networkFS[magic]; bad {
		return fmt.Errorf("%s is on %s. SQLite needs a local disk: over the network its locks do not hold and the file can be destroyed. "+
			"Move the file, or use MySQL/MariaDB", dir, name)
	}
	return nil
}
