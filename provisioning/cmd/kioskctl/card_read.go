package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"time"

	"motcua/protocol/emrtd"
	"motcua/protocol/fault"
	"motcua/provisioning/cardread"
)

// defaultTimeout is far above any reading: a chip that is silent for so long will
// stay so.
const defaultTimeout = 60 * time.Second

// cardReadFlags are the command line of "card read".
type cardReadFlags struct {
	reader  string
	key     keyFlags
	trust   trustSources
	noPhoto bool
	photo   string
	groups  string
	reveal  bool
	json    bool
	verbose bool
	timeout time.Duration
}

func (c *cardReadFlags) set() *flag.FlagSet {
	f := flag.NewFlagSet("card read", flag.ContinueOnError)
	f.StringVar(&c.reader, "reader", "", "")
	f.StringVar(&c.key.can, "can", "", "")
	f.StringVar(&c.key.qr, "qr", "", "")
	f.StringVar(&c.key.mrz, "mrz", "", "")
	f.StringVar(&c.key.pin, "pin", "", "")
	f.StringVar(&c.key.puk, "puk", "", "")
	f.StringVar(&c.trust.folder, "trust", "", "")
	f.StringVar(&c.trust.crl, "crl", "", "")
	f.StringVar(&c.trust.bundle, "bundle", "", "")
	f.StringVar(&c.trust.key, "bundle-key", "", "")
	f.StringVar(&c.photo, "photo", "", "")
	f.StringVar(&c.groups, "groups", "", "")
	f.BoolVar(&c.noPhoto, "no-photo", false, "")
	f.BoolVar(&c.reveal, "reveal", false, "")
	f.BoolVar(&c.json, "json", false, "")
	f.BoolVar(&c.verbose, "v", false, "")
	f.DurationVar(&c.timeout, "timeout", defaultTimeout, "")
	return f
}

func usageCardRead(w io.Writer) {
	fmt.Fprint(w, `usage: kioskctl card read (--can N | --qr TEXT | --mrz A,B,C | --pin - | --puk -) [flags]

Reads the card on a reader, verifies it, and prints what became of it. The person
is masked unless --reveal is given.

the key of the chip, one of (with - it is read from the first line of the input,
so that it does not stand in the list of processes):
  --can N       the last six digits of the card's number, or all twelve
  --qr TEXT     the text of the code printed on the card; chip and code are compared
  --mrz A,B,C   document number, date of birth and date of expiry as YYMMDD
  --pin -       the secret number of the card's holder, from the input only
  --puk -       the number that frees the PIN, from the input only

flags:
  --reader N    the reader's number, from 0, or a part of its name;
                without it the first reader that has a card
  --trust DIR   trust the issuing authorities whose certificates are in this folder
                (or file), PEM or DER; without it no card is genuine
  --bundle FILE trust the authorities of a signed bundle instead, which is checked
                with the public key in --bundle-key FILE (kioskctl trust bundle)
  --crl FILE    revocation lists of those authorities: a file or a folder, PEM or DER
  --groups N,N  read these data groups too, where the card has them, or all of them;
                what DG11, DG12 and DG16 hold is told
  --photo FILE  write the photo to this new file, as PNG; only what a good signature
                covers is decoded
  --no-photo    do not read the photo, which is most of the time
  --reveal      show the person in clear
  --json        print one JSON object; with --reveal it holds the MRZ
  --timeout T   give up after this time, such as 30s; 1m if not given
  -v            say more about a failure

exit code:
  0  read and intact: genuine, or integrity-only
  1  not read, or not to be judged (unreadable), for another reason than these
  2  wrong command line
  3  forged, or chip and code name different people
  4  wrong key
  5  the card was removed
  6  no reader or no card
`)
}

func runCardRead(ctx context.Context, args []string, s surroundings) int {
	var c cardReadFlags
	if code, done := parse(c.set(), args, s, usageCardRead); done {
		return code
	}
	key, err := c.key.read(s.stdin)
	if err != nil {
		return misused(s.stderr, "%v; kioskctl help card read explains the flags", err)
	}
	groups, err := c.check()
	if err != nil {
		return misused(s.stderr, "%v; kioskctl help card read explains the flags", err)
	}
	anchors, err := c.trust.load(s.now())
	if err != nil {
		problemOf(err).report(s.stderr, true)
		return exitUsage
	}
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	line := progressLine{w: s.stderr, on: s.terminal}
	reading, err := cardread.Read(ctx, s.readers, cardread.Options{
		Reader: c.reader, Key: key.key, QR: key.qr, Anchors: anchors, Photo: !c.noPhoto, Decode: c.photo != "", Groups: groups,
		Now: s.now, Rand: s.rand, Progress: line.show,
	})
	line.clear()
	o := outcome{reading: reading, err: err}
	if err == nil && c.photo != "" {
		o.photo, o.photoErr = savePhoto(reading, c.photo)
	}
	return c.tell(o, s)
}

// check finds what flag cannot find by itself, and returns the data groups asked
// for.
func (c *cardReadFlags) check() ([]int, error) {
	groups, err := parseGroups(c.groups)
	switch {
	case err != nil:
		return nil, fmt.Errorf("--groups: %w", err)
	case c.photo != "" && c.noPhoto:
		return nil, errors.New("--photo and --no-photo exclude each other")
	}
	if err := c.trust.check(); err != nil {
		return nil, err
	}
	return groups, photoFree(c.photo)
}

// outcome is what came of a reading and of what was asked for besides.
type outcome struct {
	reading  *cardread.Reading
	err      error // of the reading
	photo    *savedPhoto
	photoErr error
}

// problem finds words for what went wrong; what is wrong with the card goes first.
func (o outcome) problem() *problem {
	if p := problemOf(o.err); p != nil {
		return p
	}
	if p := problemOfVerdict(o.reading); p != nil {
		return p
	}
	return problemOfPhoto(o.photoErr)
}

// tell prints what came of the reading and returns the exit code.
func (c *cardReadFlags) tell(o outcome, s surroundings) int {
	p := o.problem()
	var failed error
	switch {
	case c.json:
		failed = writeJSON(s.stdout, o, p, c.reveal)
	case o.err == nil:
		failed = writeText(s.stdout, o, c.reveal)
	}
	if p != nil {
		p.report(s.stderr, c.verbose)
	}
	if failed != nil {
		problemOf(fault.Wrap(fault.Internal, failed)).report(s.stderr, true)
		return exitInternal
	}
	return o.exitCode()
}

// problemOfPhoto finds words for a photo that was not written.
func problemOfPhoto(err error) *problem {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, errPhotoFile):
		return &problem{Cause: err.Error(), Action: "name another file with --photo", chain: err, judged: true}
	}
	return &problem{Cause: "the photo was not written: " + err.Error(), Action: "none; the rest of the card was read", chain: err, judged: true}
}

// problemOfVerdict finds words for a card that was read and is not as it should be.
func problemOfVerdict(r *cardread.Reading) *problem {
	v := r.Document.Trust
	var p *problem
	switch {
	case v.Verdict == emrtd.Forged:
		p = problemOf(fault.Wrap(fault.Forged, errors.New(v.String())))
	case len(r.Differences) > 0:
		p = problemOf(fault.Wrap(fault.Mismatch, fmt.Errorf("%v", r.Differences)))
	case v.Verdict == emrtd.Unreadable:
		p = problemOf(fault.Wrap(fault.Unreadable, errors.New(v.String())))
		p.Cause, p.Action = "read, but it cannot be judged", "none; the card lacks what a judgement needs"
	default:
		return nil
	}
	p.judged = true
	return p
}
