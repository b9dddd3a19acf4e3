package emrtd

import (
	"bytes"
	"crypto"
	"errors"
	"sync"
	"time"

	"motcua/protocol/pki"
)

// signedIndex is EF.SOD and what its signature is worth. It computes while the
// card is busy with the next file: the signatures, which need no data group, and
// the hash of each group as it comes. What it says is the same in any order.
type signedIndex struct {
	sod     []byte
	anchors pki.Anchors
	now     time.Time

	object *securityObject
	err    error // why there is none

	start func(func())   // computes something, there and then or beside the caller
	work  sync.WaitGroup // everything below is written by it
	// signature is what became of the signature over the index, chain who its
	// signer is, as of now and the time of signing.
	signature error
	chain     pki.Chain
	mu        sync.Mutex
	digests   map[int][]byte
}

// beginIndex parses EF.SOD and begins to check its signatures, beside the caller.
func beginIndex(sod []byte, anchors pki.Anchors, now time.Time) *signedIndex {
	x := &signedIndex{sod: sod, anchors: anchors, now: now, digests: map[int][]byte{}}
	x.start = x.work.Go
	x.parse()
	return x
}

// newIndex parses EF.SOD and checks its signatures. Who has all of a card at once,
// and many cards, has nothing to gain from more goroutines.
func newIndex(sod []byte, anchors pki.Anchors, now time.Time) *signedIndex {
	x := &signedIndex{sod: sod, anchors: anchors, now: now, digests: map[int][]byte{}}
	x.start = func(compute func()) { compute() }
	x.parse()
	return x
}

func (x *signedIndex) parse() {
	if len(x.sod) == 0 {
		return
	}
	if x.object, x.err = parseSOD(x.sod, x.anchors); x.err != nil {
		x.object = nil
		return
	}
	x.start(func() { x.signature = x.object.signed.CheckSignature() })
	if signer := x.object.signed.Signer(); signer != nil {
		x.start(func() { x.chain = x.check(time.Time{}) })
	}
}

func (x *signedIndex) check(issued time.Time) pki.Chain {
	signed := x.object.signed
	at := pki.Times{Reading: x.now, Signing: signed.SigningTime(), Issued: issued}
	return x.anchors.Check(signed.Signer(), pki.SigningDocuments, at)
}

// add hashes a data group, or begins to; its bytes must stay as they are.
func (x *signedIndex) add(n int, content []byte) {
	if x.object == nil || x.object.group(n) == nil {
		return
	}
	x.start(func() {
		digest := digestOf(x.object.hash, content)
		x.mu.Lock()
		defer x.mu.Unlock()
		x.digests[n] = digest
	})
}

// wait returns once nothing is being computed any more.
func (x *signedIndex) wait() {
	if x != nil {
		x.work.Wait()
	}
}

// judge puts into v what the index says about the data groups, all of which were
// added.
func (x *signedIndex) judge(v *Verification, groups map[int][]byte) {
	x.wait()
	holder := v.checkIdentity(groups[1])
	switch {
	case len(x.sod) == 0:
		v.note(ReasonSODAbsent)
		return
	case errors.Is(x.err, ErrUnsupported):
		v.note(ReasonAlgorithmUnknown)
		return
	case x.err != nil:
		v.note(ReasonSODMalformed)
		return
	}
	o := x.object
	v.Hash, v.Signature, v.LDS = o.hash.String(), o.signed.Signature(), o.lds
	v.checkGroups(o, groups, x.digests)
	v.checkSignature(x.signature)
	if signer := o.signed.Signer(); signer != nil {
		v.Signer = bytes.Clone(signer.Raw)
		v.SignedAt = o.signed.SigningTime()
		chain := x.chain
		if issued := issueDate(groups[12]); !issued.IsZero() {
			chain = x.check(issued) // DG12 is seldom read
		}
		v.checkSigner(chain, holder)
	}
	if o.signed.Weak() || o.hash == crypto.SHA1 {
		v.note(ReasonWeakAlgorithm)
	}
}
