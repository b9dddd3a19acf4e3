package emrtd

import (
	"context"
	"errors"
	"fmt"

	"motcua/protocol/apdu"
)

// cardAccess reads EF.CardAccess. That it is not to be had is never fatal: a
// card may have none, keep it from this reader, or have its application
// selected already. The file is looked for with and without selecting the
// master file, by short identifier and by name.
func (t *terminal) cardAccess(ctx context.Context) error {
	if found, err := t.tryCardAccess(ctx, true); found || err != nil {
		return err
	}
	if err := t.selectMaster(ctx); err != nil {
		return err
	}
	if found, err := t.tryCardAccess(ctx, true); found || err != nil {
		return err
	}
	_, err := t.tryCardAccess(ctx, false)
	return err
}

// selectMaster selects the master file, by its identifier or, for chips that
// refuse that, by none (ISO/IEC 7816-4, 11.2.2). The answer does not matter
// otherwise, since some cards refuse both and are there already.
func (t *terminal) selectMaster(ctx context.Context) error {
	r, err := t.ch.selectFile(ctx, selectByID, []byte{0x3F, 0x00})
	if err != nil || succeeded(r.Status) {
		return err
	}
	_, err = t.ch.selectFile(ctx, selectByID, nil)
	return err
}

// cardAccessChunk is enough for most of these files, for a chip that refuses to
// be asked for as much as there is.
const cardAccessChunk = 112

func (t *terminal) tryCardAccess(ctx context.Context, bySFI bool) (found bool, err error) {
	r := fileReader{ch: &t.ch, file: EFCardAccess, chunk: apdu.MaxShortLe, bySFI: bySFI}
	b, err := r.read(ctx)
	if isSize(err) {
		r = fileReader{ch: &t.ch, file: EFCardAccess, chunk: cardAccessChunk, bySFI: bySFI}
		b, err = r.read(ctx)
	}
	if err != nil {
		return false, onlyFatal(err)
	}
	infos, err := ParseCardAccess(b)
	if err != nil {
		return false, nil // a file that makes no sense is as good as none
	}
	t.doc.CardAccess, t.offers = b, infos.PACE
	return true, nil
}

// onlyFatal lets errors of the card's leaving, the reader, the context and the
// session through and drops what the chip merely answered.
func onlyFatal(err error) error {
	if errors.Is(err, ErrSecureMessaging) {
		return err
	}
	_, status := errors.AsType[*apdu.StatusError](err)
	if status || errors.Is(err, errAbsent) || errors.Is(err, ErrProtocol) {
		return nil
	}
	return err
}

// open opens the chip with the key, by the first way that fits. A refused key is
// final: no second protocol is tried with it. An offer that the chip does not
// begin is passed over, since no key was tried with it.
func (t *terminal) open(ctx context.Context) error {
	offers := rankPACE(t.offers, t.extends())
	isMRZ := t.o.Key.PasswordRef() == passwordMRZ
	if len(offers) == 0 && !isMRZ && t.doc.CardAccess == nil {
		offers = []PACEInfo{vietnamOffer()}
	}
	var refused error
	for _, offer := range offers {
		err := t.pace(ctx, offer)
		switch {
		case errors.Is(err, errOfferRefused):
			refused = err
			continue
		case err != nil:
			return err
		}
		if err := t.cardSecurity(ctx); err != nil {
			return err
		}
		return t.selectApplication(ctx)
	}
	if refused != nil && !isMRZ {
		return refused
	}
	return t.bac(ctx)
}

// vietnamOffer is what every Vietnamese identity card seen so far offers, for
// one that keeps EF.CardAccess to itself.
func vietnamOffer() PACEInfo { return PACEInfoFor(SuiteAES128, 13) }

// reopen opens the chip anew after a session broke on a size that the card or
// the reader cannot take.
func (t *terminal) reopen(ctx context.Context) error {
	t.reopened++
	t.ch.sm.Close()
	t.ch.sm = nil
	t.agreed, t.inspected = nil, false
	if err := t.selectMaster(ctx); err != nil {
		return err
	}
	return t.open(ctx)
}

func (t *terminal) selectApplication(ctx context.Context) error {
	r, err := t.ch.selectFile(ctx, selectByAID, []byte(aidTravelDocument))
	if err != nil {
		return err
	}
	if err := r.Err(apdu.InsSelect); err != nil {
		return fmt.Errorf("no travel document application: %w: %w", ErrUnsupported, err)
	}
	return nil
}
