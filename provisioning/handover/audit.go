package handover

import (
	"bufio"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"

	"motcua/daemon/audit"
	"motcua/protocol/handover"
	"motcua/protocol/request"
)

// WrittenLog is what an export has put into a folder of an audit log.
type WrittenLog struct {
	Checkpoints int
	Entries     uint64 // that the newest checkpoint covers
	Signed      bool   // there is an index
	// Damage is why hashes are missing: the log is not what was signed. The centre
	// will see a gap. Nil when all are there.
	Damage error
}

// WriteAudit writes the signed checkpoints of an audit log, the hashes of its
// entries and the index into a folder, which must not hold an audit log yet.
func WriteAudit(r *audit.Reader, dir string, from Origin) (WrittenLog, error) {
	var w WrittenLog
	all, newest := checkpoints(r)
	w.Checkpoints, w.Entries = len(all.Signed), newest.Size
	if w.Checkpoints == 0 {
		return w, errors.New("the audit log has no checkpoint: kioskd signs one when it starts and every five minutes")
	}
	if newest.Size > request.MaxLeaves {
		return w, fmt.Errorf("the audit log has %d entries, a folder holds the hashes of %d", newest.Size, request.MaxLeaves)
	}
	if err := begin(dir, handover.AuditDir); err != nil {
		return w, err
	}
	index, err := from.index(dir)
	if err != nil {
		return w, err
	}
	b, err := request.Encode(all)
	if err == nil {
		err = write(dir, handover.CheckpointsName, b)
	}
	if err == nil {
		err = create(dir, handover.LeavesName, func(f *os.File) error { return w.leaves(r, f) })
	}
	from.vouch(&index, all.Signed[len(all.Signed)-1])
	index.Audit = &request.ExportedLog{Log: newest.Log, Size: newest.Size, Root: newest.Root, Checkpoints: sha256.Sum256(b)}
	if err == nil {
		w.Signed, err = from.end(dir, handover.AuditDir, index)
	}
	if err != nil {
		return w, fmt.Errorf("writing the export: %w", err)
	}
	return w, nil
}

// checkpoints are those that fit into a folder, the newest of them included, and
// what that one signs.
func checkpoints(r *audit.Reader) (request.Checkpoints, request.Link) {
	all, newest := request.Checkpoints{V: request.Version, Type: request.TypeCheckpoints}, request.Link{}
	for of, signed := range r.Checkpoints {
		all.Signed, newest = append(all.Signed, signed), of
	}
	all.Signed = all.Signed[max(0, len(all.Signed)-request.MaxExported):]
	return all, newest
}

// vouch notes the envelope that a checkpoint names, if this device signed it.
func (o Origin) vouch(index *request.Export, checkpoint []byte) {
	own, err := o.certificate()
	if err != nil {
		return // there will be no index
	}
	if c, err := audit.VerifyOwn(checkpoint, own); err == nil {
		reaches(index, c.Seq, c.Head)
	}
}

// leaves writes the hashes as far as they lead to what was signed.
func (w *WrittenLog) leaves(r *audit.Reader, f *os.File) error {
	out := bufio.NewWriterSize(f, 1<<20)
	for leaf, err := range r.Leaves {
		if err != nil {
			w.Damage = err
			break
		}
		if _, err := out.Write(leaf[:]); err != nil {
			return err
		}
	}
	return out.Flush()
}
