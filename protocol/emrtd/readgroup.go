package emrtd

import (
	"context"
	"errors"
	"fmt"

	"motcua/protocol/apdu"
)

// Chunks to fall back to when a card or a reader cannot take more.
var smallerChunks = []int{apdu.MaxShortLe, 160, 112, 64}

const (
	// maxReopened bounds how often a session is opened anew.
	maxReopened = 4
	// maxAttempts bounds the tries at one file.
	maxAttempts = 6
)

// file reads one file under the session. Where the chip refuses the size, it is
// read again in smaller pieces, under a new session if the old one is lost;
// where it does not know short identifiers, by name.
func (t *terminal) file(ctx context.Context, stage Stage, f File) ([]byte, error) {
	var err error
	for range maxAttempts {
		r := fileReader{ch: &t.ch, file: f, chunk: t.chunk, bySFI: !t.doc.Habits.NoSFI, strictEnd: t.doc.Habits.StrictEnd}
		r.progress = func(read, total int) { t.progress(Progress{Stage: stage, Bytes: read, Total: total}) }
		var b []byte
		b, err = r.read(ctx)
		t.doc.Habits.StrictEnd = r.strictEnd
		if err == nil {
			t.sfiWorks = t.sfiWorks || r.bySFI
			return b, nil
		}
		again, fatal := t.adapt(ctx, &r, err)
		if fatal != nil {
			return nil, fatal
		}
		if !again {
			break
		}
	}
	return nil, err
}

// adapt decides after a failed read whether another way may work, and prepares
// it.
func (t *terminal) adapt(ctx context.Context, r *fileReader, cause error) (again bool, fatal error) {
	status, told := errors.AsType[*apdu.StatusError](cause)
	lost := !t.ch.sm.Alive()
	switch {
	case lost && !told:
		return false, cause
	case lost:
		if !isSizeStatus(status.Status) || t.reopened == maxReopened || !t.shrink() {
			return false, cause
		}
		t.reopened++
		if err := t.reopen(ctx); err != nil {
			return false, fmt.Errorf("opening the chip again after %w: %w", cause, err)
		}
		return true, nil
	case told && status.Status == apdu.StatusWrongLength:
		return t.shrink(), nil
	case r.bySFI && !t.sfiWorks && (told || errors.Is(cause, errAbsent)):
		t.doc.Habits.NoSFI = true
		return true, nil
	}
	return false, nil
}

// shrink goes to the next smaller chunk.
func (t *terminal) shrink() bool {
	short := t.ch.sm.Suite().MaxShortData()
	for _, n := range smallerChunks {
		if n = min(n, short); n < t.chunk {
			t.chunk = n
			return true
		}
	}
	return false
}

// isSizeStatus: what cards answer in the clear when a protected command or its
// answer is too long for them.
func isSizeStatus(s apdu.Status) bool {
	switch s {
	case apdu.StatusWrongLength, apdu.StatusSMIncorrect, apdu.StatusSMMissing, apdu.StatusNoPreciseDiagnosis, apdu.StatusWrongOffset:
		return true
	}
	_, told := s.RightLe()
	return told
}
