package outbox

import (
	"encoding/binary"
	"io"
	"os"
)

// Offsets in the header of a database; see
// https://www.sqlite.org/fileformat2.html#the_database_header.
const (
	formatAt      = 18 // versions of the format for writing and for reading, a byte each
	userVersionAt = 60
	headerSize    = 100
)

// Versions of the format.
const (
	formatJournal = 1
	formatWAL     = 2
)

// readHeader gives the header of the database, nil when the file is too short for
// one, which whoever opens it will tell.
func readHeader(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	head := make([]byte, headerSize)
	if _, err := io.ReadFull(f, head); err != nil {
		return nil, nil //nolint:nilerr // too short
	}
	return head, nil
}

// checkFormat refuses a database of a format that does not exist. SQLite takes it
// for one of its future, which may be read and not be written.
func checkFormat(path string) error {
	head, err := readHeader(path)
	if err != nil || head == nil {
		return err
	}
	for _, v := range head[formatAt : formatAt+2] {
		if v != formatJournal && v != formatWAL {
			return damage("its header names version %d of the file format", v)
		}
	}
	return nil
}

// logCounts reads from the database's header whether its log may hold requests. A
// queue in use keeps a log of the same size: SQLite takes one that was cut off for
// a shorter one.
func logCounts(path string) (bool, error) {
	head, err := readHeader(path)
	if err != nil || head == nil {
		return false, err
	}
	return binary.BigEndian.Uint32(head[userVersionAt:]) == logNeeded, nil
}
