package emu

import (
	"crypto/sha1"
	"encoding/binary"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"sync"
	"time"

	"motcua/protocol/apdu"
	"motcua/protocol/cvc"
	"motcua/protocol/emrtd"
)

// Chip is an emulated travel document chip: ISO/IEC 7816-4 files behind the
// access rules of ICAO 9303-10 and 9303-11. Its methods may be called from several
// goroutines; it answers one command at a time.
type Chip struct {
	mu      sync.Mutex
	name    string
	profile Profile
	files   files
	keys    chipKeys
	rand    io.Reader
	secrets map[byte][]byte // what each PACE password is derived from
	wrong   int             // keys refused in a row; survives loss of power
	// wrongPINs counts those apart.
	wrongPINs int
	// trust is what the chip knows of verifying authorities and of today; it
	// survives loss of power. Nil: no terminal authentication.
	trust *cvc.Verifier
	// document is the number in the machine readable zone with its check digit.
	document []byte
	attempts int           // keys tried
	thought  time.Duration // over the last answer
	run
}

// run is everything the chip forgets when it loses power.
type run struct {
	application bool  // selected; else the master file
	current     *file // nil: none
	sm          *emrtd.Session
	challenge   []byte // of the last GET CHALLENGE, for BAC
	pace        *paceRun
	agreement   *agreementRun  // chip authentication was set up
	next        *emrtd.Session // takes over after this answer
	lost        bool           // the chip lost the session that just took over
	password    byte           // that the session was opened with
	identifier  []byte         // of the chip in this session: its ephemeral key of PACE, compressed
	terminalKey []byte         // the terminal's of chip authentication, compressed
	waiting     []byte
	inspection  inspection
}

// chipATR is what a reader makes up for an ISO/IEC 14443-4 chip without
// historical bytes (PC/SC part 3, 3.1.3.2.3.1), eight of them zero here.
var chipATR = fromHex("3B8880010000000000000000" + "09")

var _ CardSide = (*Chip)(nil)

func newChip(p *Persona, profile Profile, fs files, keys chipKeys, rand io.Reader) *Chip {
	document, birth, expiry := p.MRZKey()
	mrz := document + checkDigit(document) + birth + checkDigit(birth) + expiry + checkDigit(expiry)
	seed := sha1.Sum([]byte(mrz)) // ICAO 9303-11, 9.7.1
	secrets := map[byte][]byte{passwordMRZ: seed[:], passwordCAN: []byte(p.CAN())}
	for ref, digits := range map[byte]string{passwordPIN: profile.PIN, passwordPUK: profile.PUK} {
		if digits != "" {
			secrets[ref] = []byte(digits)
		}
	}
	return &Chip{
		run: run{application: profile.Preselected}, name: p.ID, profile: profile, files: fs, keys: keys, rand: rand, secrets: secrets,
		document: []byte(document + checkDigit(document)),
	}
}

// String names the persona without saying anything about the person.
func (c *Chip) String() string { return "card of persona " + c.name }

// LogValue keeps the card's contents out of logs.
func (c *Chip) LogValue() slog.Value { return slog.StringValue(c.name) }

// ATR is the answer to reset.
func (c *Chip) ATR() []byte { return slices.Clone(chipATR) }

// Power switches the chip; whatever the change, its session is over.
func (c *Chip) Power(Power) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.run = run{application: c.profile.Preselected}
	if c.trust != nil {
		c.trust.Forget()
	}
}

// Transmit answers one command APDU.
func (c *Chip) Transmit(command []byte) []byte {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.thought = 0
	cmd, err := apdu.ParseCommand(command)
	if err != nil {
		return status(apdu.StatusWrongLength).Bytes()
	}
	return c.answer(cmd).Bytes()
}

func (c *Chip) answer(cmd apdu.Command) apdu.Response {
	switch {
	case cmd.CLA == 0xFF:
		return c.readerCommand(cmd)
	case cmd.INS == apdu.InsGetResponse:
		return c.getResponse(cmd)
	case cmd.Extended && c.profile.NoExtended:
		c.endSession()
		return status(apdu.StatusWrongLength)
	case cmd.CLA&^0x1C != 0:
		c.endSession()
		return status(apdu.StatusClassUnsupported)
	case cmd.CLA&0x0C == 0x0C:
		return c.protected(cmd)
	}
	if c.sm != nil {
		c.endSession() // a plain command ends secure messaging (ICAO 9303-11, 9.8.1)
	}
	return c.shorten(cmd, c.dispatch(cmd, plainLimit(cmd)))
}

// protected handles a command under secure messaging.
func (c *Chip) protected(cmd apdu.Command) apdu.Response {
	if c.sm == nil {
		return status(apdu.StatusSMIncorrect)
	}
	if c.lost {
		c.endSession()
		return status(apdu.StatusConditions)
	}
	inner, err := c.sm.UnprotectCommand(cmd)
	if err != nil {
		c.endSession()
		return status(apdu.StatusSMIncorrect)
	}
	session := c.sm
	r := c.dispatch(inner, smLimit(cmd, session))
	if c.sm != session { // the command ended the session
		return status(r.Status)
	}
	if c.plain(inner, r) {
		return r
	}
	out, err := session.ProtectResponse(r)
	if err != nil {
		c.endSession()
		return status(apdu.StatusExecution)
	}
	if c.next != nil { // new keys from the next command on
		c.sm, c.next = c.next, nil
		c.lost = c.profile.refuses(RefuseAgreed)
	}
	return c.shorten(cmd, out)
}

// dispatch runs a plain or unwrapped command; limit is how many data bytes the
// answer may have.
func (c *Chip) dispatch(cmd apdu.Command, limit int) apdu.Response {
	if c.profile.NoLe && cmd.Le > 0 && (cmd.INS == apdu.InsSelect || cmd.INS == apdu.InsManageSecurityEnv) {
		return status(apdu.StatusWrongLength)
	}
	cmd, whole, s := c.chained(cmd)
	if !whole {
		return status(s)
	}
	switch cmd.INS {
	case apdu.InsPerformSecurityOp:
		return c.verifyCertificate(cmd)
	case apdu.InsSelect:
		return c.selectFile(cmd)
	case apdu.InsReadBinary:
		return c.readBinary(cmd, limit)
	case apdu.InsReadBinaryOdd:
		return c.readBinaryOdd(cmd, limit)
	case apdu.InsGetChallenge:
		return c.getChallenge(cmd)
	case apdu.InsExternalAuthenticate:
		return c.externalAuthenticate(cmd)
	case apdu.InsManageSecurityEnv:
		return c.manageSecurity(cmd)
	case apdu.InsGeneralAuthenticate:
		return c.generalAuthenticate(cmd)
	case apdu.InsInternalAuthenticate:
		return c.internalAuthenticate(cmd)
	}
	return status(apdu.StatusInstructionUnknown)
}

// plain tells whether an answer goes out without the protection that it needs.
func (c *Chip) plain(cmd apdu.Command, r apdu.Response) bool {
	switch c.profile.Plain {
	case PlainStatus:
		return r.Status != apdu.StatusOK
	case PlainData:
		return cmd.INS == apdu.InsReadBinary && len(r.Data) > 0
	case PlainNothing:
	}
	return false
}

// endSession forgets keys and rights; the selected application stays.
func (c *Chip) endSession() {
	c.run = run{application: c.application, current: c.open(), challenge: c.challenge, pace: c.pace}
}

// open is the current file if it may be kept without a session.
func (c *Chip) open() *file {
	if c.sm != nil && c.current != nil && c.current.access != free {
		return nil
	}
	return c.current
}

// readerCommand answers the pseudo-commands that a real reader answers itself
// (PC/SC part 3, 3.2.2.1): the chip's serial number.
func (c *Chip) readerCommand(cmd apdu.Command) apdu.Response {
	if cmd.INS == 0xCA && cmd.P1 == 0 && cmd.P2 == 0 {
		return apdu.Response{Data: c.keys.uid[:], Status: apdu.StatusOK}
	}
	return status(apdu.StatusInstructionUnknown)
}

// getResponse gives what did not fit (ISO/IEC 7816-4, 7.6.1). It neither uses nor
// ends secure messaging: it only carries the bytes.
func (c *Chip) getResponse(cmd apdu.Command) apdu.Response {
	if len(c.waiting) == 0 {
		return status(apdu.StatusConditions)
	}
	whole := c.waiting
	c.waiting = nil
	r, err := apdu.ParseResponse(whole)
	if err != nil {
		return status(apdu.StatusNoPreciseDiagnosis)
	}
	return c.shorten(cmd, r)
}

// shorten cuts an answer that the command's length cannot carry.
func (c *Chip) shorten(cmd apdu.Command, r apdu.Response) apdu.Response {
	c.waiting = nil
	room := apdu.MaxShortLe
	if cmd.INS == apdu.InsGetResponse && cmd.Le > 0 {
		room = cmd.Le
	}
	piece := c.profile.Piece
	if piece > 0 {
		room = min(room, piece)
	}
	if cmd.Extended && piece == 0 || len(r.Data) <= room {
		return r
	}
	if c.profile.Overflow == OverflowRefuse && piece == 0 {
		c.endSession()
		return status(apdu.StatusWrongLength)
	}
	rest := apdu.Response{Data: r.Data[room:], Status: r.Status}
	c.waiting = rest.Bytes()
	more := byte(0)
	if len(rest.Data) < 256 {
		more = byte(len(rest.Data))
	}
	return apdu.Response{Data: r.Data[:room], Status: apdu.Status(binary.BigEndian.Uint16([]byte{0x61, more}))}
}

// plainLimit is how many data bytes a plain answer may have.
func plainLimit(cmd apdu.Command) int {
	if cmd.Extended {
		return apdu.MaxData
	}
	return apdu.MaxShortLe
}

// smLimit is how many data bytes fit under secure messaging.
func smLimit(cmd apdu.Command, session *emrtd.Session) int {
	if !cmd.Extended {
		return session.Suite().MaxShortData()
	}
	const wrapping = 64 // padding and the three data objects, generously
	return max(cmd.Le, apdu.MaxShortLe) - wrapping
}

func status(s apdu.Status) apdu.Response { return apdu.Response{Status: s} }

// random fills a slice from the chip's randomness.
func (c *Chip) random(n int) ([]byte, error) {
	b := make([]byte, n)
	if _, err := io.ReadFull(c.rand, b); err != nil {
		return nil, fmt.Errorf("reading the chip's randomness: %w", err)
	}
	return b, nil
}

// SOD is the card's EF.SOD, as a registrar reads it to put its holder on a roster;
// nil when the card has none.
func (c *Chip) SOD() []byte {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, f := range c.files.application {
		if f.id == fileSOD {
			return slices.Clone(f.data)
		}
	}
	return nil
}
