package handover

import (
	"crypto/sha256"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"slices"
	"strconv"
	"time"

	"motcua/protocol/envelope"
	"motcua/protocol/request"
)

// Names in the folder.
const (
	IndexName   = "index.cose"
	NoticeName  = "README.txt"
	RequestsDir = "requests"
	ReceiptsDir = "receipts"
)

// digits is the length of file names.
const digits = 12

// RequestName is the file of a request, by its seq.
func RequestName(seq uint64) string { return RequestsDir + "/" + fileName(seq) }

// ReceiptName is the file of a receipt, by the seq of its request.
func ReceiptName(seq uint64) string { return ReceiptsDir + "/" + fileName(seq) }

func fileName(seq uint64) string { return fmt.Sprintf("%0*d", digits, seq) }

// ErrNothing means that a folder holds none of what was looked for.
var ErrNothing = errors.New("nothing of this kind is in the folder")

// Requests goes through the requests of a folder by seq. An error concerns one
// file, or the folder when it has seq 0.
func Requests(folder fs.FS) iter.Seq2[Item, error] {
	return items(folder, RequestsDir, envelope.MaxEnvelope)
}

// Receipts goes through the receipts of a folder by seq, likewise.
func Receipts(folder fs.FS) iter.Seq2[Item, error] {
	return items(folder, ReceiptsDir, envelope.MaxReceipt)
}

// Item is a file of the folder: its number is only what its name says.
type Item struct {
	Seq   uint64
	Bytes []byte
}

func items(folder fs.FS, dir string, limit int) iter.Seq2[Item, error] {
	return func(yield func(Item, error) bool) {
		seqs, err := numbers(folder, dir)
		if err != nil {
			yield(Item{}, err)
			return
		}
		for _, seq := range seqs {
			b, err := readBounded(folder, dir+"/"+fileName(seq), limit)
			if !yield(Item{seq, b}, err) {
				return
			}
		}
	}
}

// numbers lists the files of a folder that are named by a number; others, such as
// those that systems leave on USB sticks, are not looked at.
func numbers(folder fs.FS, dir string) ([]uint64, error) {
	entries, err := fs.ReadDir(folder, dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w: there is no folder %q", ErrNothing, dir)
	}
	if err != nil {
		return nil, err
	}
	var seqs []uint64
	for _, e := range entries {
		seq, err := strconv.ParseUint(e.Name(), 10, 62)
		if err == nil && seq > 0 && e.Name() == fileName(seq) && e.Type().IsRegular() {
			seqs = append(seqs, seq)
		}
	}
	slices.Sort(seqs)
	if len(seqs) == 0 {
		return nil, fmt.Errorf("%w: the folder %q is empty", ErrNothing, dir)
	}
	return seqs, nil
}

// readBounded reads a file of at most limit bytes.
func readBounded(folder fs.FS, name string, limit int) ([]byte, error) {
	f, err := folder.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, int64(limit)+1))
	if err == nil && len(b) > limit {
		err = fmt.Errorf("%s: more than %d bytes", name, limit)
	}
	return b, err
}

// Missing holds a folder to its signed index and returns the seqs of requests that
// the device put there and that are absent or not the same. Errors: one that wraps
// fs.ErrNotExist when there is no index, and those of envelope.VerifyExport.
func Missing(folder fs.FS, roots *x509.CertPool, now time.Time) (request.Export, []uint64, error) {
	b, err := readBounded(folder, IndexName, envelope.MaxExport)
	if err != nil {
		return request.Export{}, nil, err
	}
	index, err := envelope.VerifyExport(b, roots, now)
	if err != nil {
		return request.Export{}, nil, err
	}
	var missing []uint64
	for _, it := range index.Items {
		b, err := readBounded(folder, RequestName(it.Seq), envelope.MaxEnvelope)
		if err != nil || sha256.Sum256(b) != it.Digest {
			missing = append(missing, it.Seq)
		}
	}
	return index, missing, nil
}
