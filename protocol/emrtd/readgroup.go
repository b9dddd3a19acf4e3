package emrtd

import (
	"context"
	"errors"
	"fmt"

	"motcua/protocol/apdu"
)

const (
	// maxReopened bounds how often a session is opened anew.
	maxReopened = 4
	// maxAttempts bounds the tries at one file.
	maxAttempts = 8
)

// file reads one file under the session. Where the chip or the reader refuses
// the size, reading goes on in smaller pieces from where it stopped, under a new
// session if the old one is lost; where the chip does not know short
// identifiers, by name.
func (t *terminal) file(ctx context.Context, stage Stage, f File) ([]byte, error) {
	h := &t.doc.Habits
	r := fileReader{ch: &t.ch, file: f, chunk: t.chunk, bySFI: !h.NoSFI, strictEnd: h.StrictEnd, worked: t.worked}
	r.progress = func(read, total int) { t.progress(Progress{Stage: stage, Bytes: read, Total: total}) }
	var err error
	for range maxAttempts {
		var b []byte
		b, err = r.read(ctx)
		h.StrictEnd = r.strictEnd
		if err == nil {
			t.sfiWorks = t.sfiWorks || r.bySFI
			t.chunk = min(t.chunk, r.chunk)
			return b, nil
		}
		again, fatal := t.adapt(ctx, &r, err)
		if fatal != nil {
			return nil, fatal
		}
		if !again {
			break
		}
		r.chunk, r.bySFI = t.chunk, !h.NoSFI
	}
	return nil, err
}

// adapt decides after a failed read whether another way may work, and prepares
// it.
func (t *terminal) adapt(ctx context.Context, r *fileReader, cause error) (again bool, fatal error) {
	status, told := errors.AsType[*apdu.StatusError](cause)
	switch {
	case !t.ch.sm.Alive():
		return t.adaptLost(ctx, r, cause)
	case told && status.Status == apdu.StatusWrongLength && t.shrink(r.asked):
		return true, nil
	case r.bySFI && !t.sfiWorks && (told || errors.Is(cause, errAbsent)):
		t.doc.Habits.NoSFI = true
		return true, nil
	case t.given < r.asked && (told && isSizeStatus(status.Status) || errors.Is(cause, errEarlyEnd)):
		return t.shrink(r.asked), nil
	}
	return false, nil
}

// adaptLost opens a new session after one that a size broke.
func (t *terminal) adaptLost(ctx context.Context, r *fileReader, cause error) (again bool, fatal error) {
	if !isSize(cause) || t.reopened == maxReopened {
		return false, cause
	}
	if r.asked > apdu.MaxShortLe && errors.Is(cause, apdu.ErrTooLong) && !t.ch.extended {
		t.doc.Habits.ShortOnly = true
	}
	status, _ := errors.AsType[*apdu.StatusError](cause)
	switch atEnd := status != nil && status.Status == apdu.StatusWrongOffset && r.total == 0; {
	case atEnd && !r.strictEnd:
		r.strictEnd = true
	case !t.shrink(r.asked):
		return false, cause
	}
	r.selected = false
	if err := t.reopen(ctx); err != nil {
		return false, fmt.Errorf("opening the chip again after %w: %w", cause, err)
	}
	return true, nil
}

// worked notes a size that was given.
func (t *terminal) worked(n int) {
	t.given = max(t.given, n)
	t.doc.Habits.worked(n)
}

// shrink goes to the next smaller chunk after n bytes were refused. A size that
// was given before gets a second chance: the air may have been at fault.
func (t *terminal) shrink(n int) bool {
	if t.given >= n && !t.doubted {
		t.doubted = true
		return true
	}
	if n <= smallestChunk {
		return false // it is not the size
	}
	t.doc.Habits.failed(n)
	short := t.ch.sm.Suite().MaxShortData()
	t.chunk = min(below(min(t.chunk, n)), short)
	return true
}

// widen goes to extended length for a long file, where the card itself says
// that it takes it.
func (t *terminal) widen() {
	t.chunk = max(t.chunk, t.doc.Habits.widest(t.o.MaxChunk))
}

// isSize: a session ended because of a length, as the chip says in the clear, or
// the reader.
func isSize(err error) bool {
	if status, told := errors.AsType[*apdu.StatusError](err); told {
		return isSizeStatus(status.Status)
	}
	return errors.Is(err, apdu.ErrTooLong)
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
