package emrtd

import (
	"context"
	"fmt"
	"io"

	"motcua/protocol/apdu"
)

// bac opens the chip by basic access control (Doc 9303 part 11, 4.3).
func (t *terminal) bac(ctx context.Context) error {
	kenc, kmac, ok := t.o.Key.BACKeys()
	if !ok {
		return fmt.Errorf("basic access control with this kind of key: %w", ErrUnsupported)
	}
	defer clear(kenc)
	defer clear(kmac)
	if err := t.selectApplication(ctx); err != nil {
		return err
	}
	nonce, err := t.challenge(ctx)
	if err != nil {
		return err
	}
	own := BACMessage{Peer: nonce}
	defer clear(own.Key[:])
	for _, b := range [][]byte{own.Own[:], own.Key[:]} {
		if _, err := io.ReadFull(t.o.Rand, b); err != nil {
			return fmt.Errorf("drawing a nonce: %w", err)
		}
	}
	data, err := own.Seal(kenc, kmac)
	if err != nil {
		return err
	}
	r, err := t.ch.send(ctx, apdu.Command{INS: apdu.InsExternalAuthenticate, Data: data, Le: bacMessageSize})
	if err != nil {
		return err
	}
	if r.Status != apdu.StatusOK {
		return refusedKey(apdu.InsExternalAuthenticate, r.Status, -1)
	}
	peer, err := OpenBAC(kenc, kmac, r.Data)
	if err != nil {
		return err
	}
	defer clear(peer.Key[:])
	if peer.Own != own.Peer || peer.Peer != own.Own {
		return fmt.Errorf("mutual authentication with other nonces: %w", ErrProtocol)
	}
	if t.ch.sm, err = BACSession(own, peer); err != nil {
		return err
	}
	t.doc.Access, t.doc.Channel = AccessBAC, "BAC 3DES"
	t.chipID, t.cam, t.agreed = nil, nil, nil
	return nil
}

func (t *terminal) challenge(ctx context.Context) (nonce [bacNonceSize]byte, err error) {
	r, err := t.ch.send(ctx, apdu.Command{INS: apdu.InsGetChallenge, Le: bacNonceSize})
	if err != nil {
		return nonce, err
	}
	if err := r.Err(apdu.InsGetChallenge); err != nil {
		return nonce, fmt.Errorf("asking for a challenge: %w: %w", ErrUnsupported, err)
	}
	if len(r.Data) != bacNonceSize {
		return nonce, fmt.Errorf("challenge of %d bytes: %w", len(r.Data), ErrProtocol)
	}
	return [bacNonceSize]byte(r.Data), nil
}

// refusedKey reads the status with which a chip refuses the proof of a key.
// Chips differ; at that step nothing but the key is being checked. left is what
// the chip said before, or -1.
func refusedKey(ins byte, s apdu.Status, left int) error {
	if n, told := s.Retries(); told {
		return &KeyError{Left: n, Blocked: n == 0}
	}
	switch s {
	case apdu.StatusAuthBlocked:
		return &KeyError{Left: 0, Blocked: true}
	case apdu.StatusAuthFailed, apdu.StatusSecurityStatus, apdu.StatusConditions, apdu.StatusWrongData, apdu.StatusSMIncorrect:
		return &KeyError{Left: max(left-1, -1), Blocked: left == 1}
	}
	return fmt.Errorf("proving the key: %w: %w", ErrProtocol, &apdu.StatusError{INS: ins, Status: s})
}
