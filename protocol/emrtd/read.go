package emrtd

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"motcua/protocol/apdu"
	"motcua/protocol/emrtd/lds"
	"motcua/protocol/mrz"
)

// terminal is one reading of one card.
type terminal struct {
	o      Options
	ch     channel
	doc    *Document
	offers []PACEInfo
	listed []int // data groups that the card names
	signed *signedIndex
	// chunk is the most data per READ BINARY, once the session stands; given the
	// most that this reading got.
	chunk, given int
	doubted      bool // a size that was given before was refused once
	// chipID is the chip's ephemeral key of PACE, compressed; nil after BAC.
	chipID []byte
	// cam is the proof of the chip authentication mapping, nil without.
	cam *camProof
	// inspected: the chip has accepted the terminal in this session.
	inspected bool
	// noCardSecurity: EF.CardSecurity was tried.
	noCardSecurity bool
	// agreed is the terminal's public key, compressed, that the session was made
	// of together with the chip's static key: by chip authentication, or by the
	// chip authentication mapping. Nil without.
	agreed []byte
	// agreedProof: chip authentication proved the key in DG14. The mapping did
	// with a key that is in DG14, in EF.CardSecurity signed by somebody trusted,
	// or in an EF.CardSecurity that nobody vouches for.
	agreedProof, mappedByDG14, mappedBySecured, mappedByUncovered bool
	// sfiWorks: the chip reads by short identifier.
	sfiWorks bool
	// reopened counts sessions lost to a size that was too big.
	reopened int
	findings Verification // reasons found while reading
	proven   bool         // the chip's signature is good by the key it gave
}

// Read opens the chip, reads identity and signature, lets the chip prove itself,
// verifies, and reads the photo if that is wanted. A forged card is no error but
// a verdict.
//
// Errors: [ErrWrongKey] (see [KeyError]), [ErrUnsupported], [ErrProtocol],
// [ErrKey] for a zero key, and those of the transmitter, among them
// [apdu.ErrCardGone] and the context's. The document is never nil; with an error
// it holds what was read before, its Stats are right and its verdict is
// [Unreadable].
func Read(ctx context.Context, card apdu.Transmitter, o Options) (*Document, error) {
	return newTerminal(card, o).read(ctx)
}

func newTerminal(card apdu.Transmitter, o Options) *terminal {
	t := &terminal{o: o, doc: &Document{ReadAt: o.Now, Groups: map[int][]byte{}, Habits: o.Habits}}
	t.doc.Trust.Verdict = Unreadable
	t.ch = channel{card: card, stats: &t.doc.Stats, habits: &t.doc.Habits}
	return t
}

func (t *terminal) read(ctx context.Context) (*Document, error) {
	defer t.close()
	if t.o.Key.IsZero() || t.o.Rand == nil {
		return t.doc, fmt.Errorf("reading a card without key or random source: %w", ErrKey)
	}
	if err := t.run(ctx); err != nil {
		t.doc.Trust.Verdict = Unreadable
		return t.doc, err
	}
	return t.doc, nil
}

func (t *terminal) close() {
	t.signed.wait()
	if t.ch.sm != nil {
		t.ch.sm.Close()
	}
}

func (t *terminal) run(ctx context.Context) error {
	steps := []struct {
		stage Stage
		do    func(context.Context) error
	}{
		{StageOpening, t.opening},
		{StageIdentity, t.identity},
		{StageVerifying, t.verifying},
		{StagePhoto, t.photo},
		{StageGroups, t.others},
		{StageInspection, t.inspection},
	}
	for _, s := range steps {
		if s.stage == StagePhoto && !t.o.Photo || s.stage == StageGroups && len(t.o.Groups) == 0 || s.stage == StageInspection && len(t.inspects()) == 0 {
			continue
		}
		t.progress(Progress{Stage: s.stage})
		if err := s.do(ctx); err != nil {
			return fmt.Errorf("%s: %w", s.stage, err)
		}
	}
	return nil
}

func (t *terminal) progress(p Progress) {
	if t.o.Progress != nil {
		t.o.Progress(p)
	}
}

func (t *terminal) opening(ctx context.Context) error {
	if err := t.cardAccess(ctx); err != nil {
		return err
	}
	if err := t.atrInfo(ctx); err != nil {
		return err
	}
	if err := t.open(ctx); err != nil {
		return err
	}
	t.chunk = t.doc.Habits.first(t.ch.sm.Suite().MaxShortData(), t.o.MaxChunk)
	return nil
}

// identity reads the signed index, the machine readable zone and the Vietnamese
// data.
func (t *terminal) identity(ctx context.Context) error {
	if err := t.index(ctx); err != nil {
		return err
	}
	if err := t.group(ctx, StageIdentity, 1); err != nil {
		return err
	}
	if t.doc.DG(1) == nil {
		return fmt.Errorf("the chip does not give DG1: %w", ErrProtocol)
	}
	t.readMRZ()
	if slices.Contains(t.listed, 13) {
		if err := t.group(ctx, StageIdentity, 13); err != nil {
			return err
		}
	}
	early := *t.doc
	early.Groups = maps.Clone(early.Groups)
	t.progress(Progress{Stage: StageIdentity, Document: &early})
	return nil
}

// index reads EF.SOD, which lists the data groups; where it cannot be used, the
// unsigned list of EF.COM does.
func (t *terminal) index(ctx context.Context) error {
	sod, err := t.file(ctx, StageIdentity, EFSOD)
	if onlyFatal(err) != nil {
		return err
	}
	t.doc.SOD = sod
	t.signed = beginIndex(sod, t.o.Anchors, t.o.Now)
	if object := t.signed.object; object != nil {
		for _, g := range object.groups {
			t.listed = append(t.listed, g.number)
		}
		return nil
	}
	com, err := t.file(ctx, StageIdentity, EFCOM)
	if onlyFatal(err) != nil {
		return err
	}
	t.doc.COM = com
	if index, err := lds.ParseCOM(com); err == nil {
		t.listed = index.Groups
	}
	return nil // without a list DG1 is tried anyway
}

func (t *terminal) readMRZ() {
	document, err := lds.ParseDG1(t.doc.DG(1))
	t.doc.MRZ = document
	if _, digits := errors.AsType[*mrz.CheckError](err); digits {
		t.findings.note(ReasonCheckDigits)
		return
	}
	if err != nil {
		t.findings.note(ReasonIdentityMalformed)
	}
}

// group reads a data group; one that is listed and not given is a finding, not
// an error.
func (t *terminal) group(ctx context.Context, stage Stage, n int) error {
	file, _ := DataGroup(n)
	b, err := t.file(ctx, stage, file)
	if err != nil {
		if err := onlyFatal(err); err != nil {
			return err
		}
		t.findings.note(ReasonGroupWithheld)
		return nil
	}
	t.keep(n, b)
	return nil
}

// keep takes a data group, and has it hashed while the card goes on.
func (t *terminal) keep(n int, b []byte) {
	t.doc.Groups[n] = b
	t.signed.add(n, b)
}

// verifying lets the chip prove itself and checks everything but the photo.
func (t *terminal) verifying(ctx context.Context) error {
	if err := t.chipProof(ctx); err != nil {
		return err
	}
	t.verify()
	return nil
}

func (t *terminal) photo(ctx context.Context) error {
	if !slices.Contains(t.listed, 2) {
		return nil
	}
	t.widen()
	if err := t.group(ctx, StagePhoto, 2); err != nil {
		return err
	}
	t.verify()
	if face, err := t.doc.Face(); err == nil {
		t.progress(Progress{Stage: StagePhoto, Face: &face})
	}
	return nil
}

// others reads the other data groups that are wanted and listed. One that is not
// given stays unread: the verdict is about what was read.
func (t *terminal) others(ctx context.Context) error {
	t.widen()
	for _, n := range t.wanted() {
		file, _ := DataGroup(n)
		b, err := t.file(ctx, StageGroups, file)
		if err == nil {
			t.keep(n, b)
			continue
		}
		_, told := errors.AsType[*apdu.StatusError](err)
		if !told && onlyFatal(err) != nil {
			return err
		}
		if t.ch.sm.Alive() {
			continue
		}
		if t.reopened == maxReopened { // the chip refuses in the clear, and the session is over
			break
		}
		if err := t.reopen(ctx); err != nil {
			return err
		}
	}
	t.verify()
	return nil
}

// wanted are the data groups of Options.Groups that are there to be read.
// Fingerprints and irises are kept from ordinary terminals.
func (t *terminal) wanted() []int {
	var list []int
	for _, n := range slices.Sorted(slices.Values(t.o.Groups)) {
		if slices.Contains(t.listed, n) && t.doc.DG(n) == nil && !slices.Contains(list, n) && !isRestricted(n) {
			list = append(list, n)
		}
	}
	return list
}

// verify puts the verdict together from what was found while reading and what
// passive authentication says.
func (t *terminal) verify() {
	v := Verification{Reasons: slices.Clone(t.findings.Reasons)}
	t.signed.judge(&v, t.doc.Groups)
	t.judgeChip(&v)
	t.judgeOffers(&v)
	v.judge()
	if !v.intact() {
		v.ChipProof = ""
	}
	t.doc.Trust = v
}

// intact: the data is as it was signed.
func (v *Verification) intact() bool { return v.Verdict == Genuine || v.Verdict == IntegrityOnly }

// covers tells whether data group n was read and fits its signed hash.
func (v *Verification) covers(n int) bool {
	return slices.ContainsFunc(v.Groups, func(g GroupResult) bool { return g.Number == n && g.Read && g.Match })
}
