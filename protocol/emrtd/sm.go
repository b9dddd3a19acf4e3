package emrtd

import (
	"crypto/cipher"
	"crypto/subtle"
	"encoding/binary"
	"fmt"

	"motcua/protocol/apdu"
	"motcua/protocol/tlv"
)

// Data objects of secure messaging (ISO/IEC 7816-4, table 51).
const (
	tagCryptogramOdd  tlv.Tag = 0x85 // cryptogram without padding indicator: odd INS
	tagCryptogram     tlv.Tag = 0x87 // padding indicator and cryptogram
	tagProtectedLe    tlv.Tag = 0x97
	tagProcessing     tlv.Tag = 0x99 // status word
	tagMAC            tlv.Tag = 0x8E
	paddingIndicator  byte    = 0x01
	claSecure         byte    = 0x0C
	maxProtectedBytes         = apdu.MaxData - 64
)

// Session is one secure messaging channel, from either side (Doc 9303 part 11,
// 9.8). The terminal calls Protect and Unprotect in turn, the chip
// UnprotectCommand and ProtectResponse.
//
// After the first message that is not protected as it must be, the session is
// dead and every call fails with [ErrSecureMessaging]. It belongs to one
// goroutine.
type Session struct {
	suite Suite
	enc   cipher.Block
	mac   *authenticator
	ssc   []byte
	ins   byte // of the command under way
	dead  bool
}

// NewSession takes keys of the suite's size and the send sequence counter of
// its block size; a nil counter is zero, as after PACE. It keeps none of the
// slices.
func NewSession(s Suite, kenc, kmac, ssc []byte) (*Session, error) {
	if ssc != nil && len(ssc) != s.BlockSize() {
		return nil, fmt.Errorf("send sequence counter of %d bytes for %v: %w", len(ssc), s, ErrUnsupported)
	}
	enc, err := newCipher(s, kenc)
	if err != nil {
		return nil, err
	}
	mac, err := newAuthenticator(s, kmac)
	if err != nil {
		return nil, err
	}
	own := make([]byte, s.BlockSize())
	copy(own, ssc)
	return &Session{suite: s, enc: enc, mac: mac, ssc: own}, nil
}

// Suite is the session's suite.
func (s *Session) Suite() Suite { return s.suite }

// Alive is false once a message was not protected as it must be.
func (s *Session) Alive() bool { return !s.dead }

// Close ends the session and forgets its keys. What Go's ciphers computed from
// them, the round keys, cannot be overwritten: it is let go of and overwritten
// when its memory is used again.
func (s *Session) Close() {
	s.dead = true
	clear(s.ssc)
	if s.mac != nil {
		s.mac.forget()
	}
	s.enc, s.mac = nil, nil
}

// String keeps keys out of messages.
func (s *Session) String() string { return "[secure messaging " + s.suite.String() + "]" }

// Protect wraps a command: data encrypted, header, data and Le authenticated.
func (s *Session) Protect(c apdu.Command) (apdu.Command, error) {
	if err := s.begin(); err != nil {
		return apdu.Command{}, err
	}
	if len(c.Data) > maxProtectedBytes {
		return apdu.Command{}, fmt.Errorf("protecting a command of %d bytes: %w", len(c.Data), ErrUnsupported)
	}
	s.ins = c.INS
	out := apdu.Command{CLA: c.CLA | claSecure, INS: c.INS, P1: c.P1, P2: c.P2, Le: apdu.MaxShortLe}
	msg := s.message(len(c.Data) + 64)
	msg = append(msg, out.CLA, out.INS, out.P1, out.P2)
	msg = pad(msg, s.suite.BlockSize())
	start := len(msg)
	msg = s.appendCryptogram(msg, c.Data)
	extended := c.Extended || c.Le > apdu.MaxShortLe
	msg = appendLe(msg, c.Le, extended)
	body := len(msg)
	mac := s.sign(msg, start)
	out.Data = tlv.Append(msg[start:body], tagMAC, mac[:])
	if extended || len(out.Data) > apdu.MaxShortData {
		out.Extended, out.Le = true, apdu.MaxExtendedLe
	}
	return out, nil
}

// Unprotect checks and unwraps the answer to the command protected before. An
// answer in the clear, whatever its status word, ends the session: the error
// then wraps the [apdu.StatusError] too.
func (s *Session) Unprotect(r apdu.Response) (apdu.Response, error) {
	if len(r.Data) == 0 {
		return apdu.Response{}, s.fail("status word in the clear", &apdu.StatusError{INS: s.ins, Status: r.Status})
	}
	if err := s.begin(); err != nil {
		return apdu.Response{}, err
	}
	p, err := parseProtected(r.Data)
	if err != nil {
		return apdu.Response{}, s.fail("answer", err)
	}
	if len(p.status) != 2 || p.le != nil {
		return apdu.Response{}, s.fail("answer without status or with a length", nil)
	}
	if err := s.verify(s.message(len(p.signed)+32), p); err != nil {
		return apdu.Response{}, err
	}
	status := apdu.Status(binary.BigEndian.Uint16(p.status))
	if status != r.Status {
		return apdu.Response{}, s.fail("two status words", nil)
	}
	data, err := s.decrypt(p)
	if err != nil {
		return apdu.Response{}, err
	}
	return apdu.Response{Data: data, Status: status}, nil
}

// UnprotectCommand checks and unwraps a command: the chip's side.
func (s *Session) UnprotectCommand(c apdu.Command) (apdu.Command, error) {
	if err := s.begin(); err != nil {
		return apdu.Command{}, err
	}
	s.ins = c.INS
	if c.CLA&claSecure != claSecure {
		return apdu.Command{}, s.fail("command in the clear", nil)
	}
	p, err := parseProtected(c.Data)
	if err != nil {
		return apdu.Command{}, s.fail("command", err)
	}
	if p.status != nil {
		return apdu.Command{}, s.fail("command with a status", nil)
	}
	msg := append(s.message(len(p.signed)+32), c.CLA, c.INS, c.P1, c.P2)
	if err := s.verify(pad(msg, s.suite.BlockSize()), p); err != nil {
		return apdu.Command{}, err
	}
	data, err := s.decrypt(p)
	if err != nil {
		return apdu.Command{}, err
	}
	le, ok := readLe(p.le)
	if !ok {
		return apdu.Command{}, s.fail("length of the answer", nil)
	}
	return apdu.Command{CLA: c.CLA &^ claSecure, INS: c.INS, P1: c.P1, P2: c.P2, Data: data, Le: le, Extended: c.Extended}, nil
}

// ProtectResponse wraps the answer to the command unwrapped before: the chip's
// side.
func (s *Session) ProtectResponse(r apdu.Response) (apdu.Response, error) {
	if err := s.begin(); err != nil {
		return apdu.Response{}, err
	}
	msg := s.message(len(r.Data) + 64)
	start := len(msg)
	msg = s.appendCryptogram(msg, r.Data)
	msg = append(msg, byte(tagProcessing), 2, byte(r.Status>>8), byte(r.Status))
	body := len(msg)
	mac := s.sign(msg, start)
	return apdu.Response{Data: tlv.Append(msg[start:body], tagMAC, mac[:]), Status: r.Status}, nil
}

// begin counts one message.
func (s *Session) begin() error {
	if s.dead {
		return fmt.Errorf("session is over: %w", ErrSecureMessaging)
	}
	for i := len(s.ssc) - 1; i >= 0; i-- {
		s.ssc[i]++
		if s.ssc[i] != 0 {
			break
		}
	}
	return nil
}

// fail poisons the session.
func (s *Session) fail(what string, cause error) error {
	s.dead = true
	if cause != nil {
		return fmt.Errorf("%s: %w: %w", what, ErrSecureMessaging, cause)
	}
	return fmt.Errorf("%s: %w", what, ErrSecureMessaging)
}

// message begins what the MAC covers: the counter.
func (s *Session) message(room int) []byte {
	return append(make([]byte, 0, room+3*len(s.ssc)), s.ssc...)
}

// sign computes the MAC over msg, padded unless it ends with the padded header.
func (s *Session) sign(msg []byte, header int) [macSize]byte {
	if len(msg) > header {
		msg = pad(msg, s.suite.BlockSize())
	}
	return s.mac.sum(msg)
}

func (s *Session) verify(msg []byte, p protected) error {
	start := len(msg)
	mac := s.sign(append(msg, p.signed...), start)
	if subtle.ConstantTimeCompare(mac[:], p.mac) != 1 {
		return s.fail("message authentication", nil)
	}
	return nil
}

// iv is the encrypted counter for AES and zero for 3DES.
func (s *Session) iv(out *[16]byte) []byte {
	if s.suite != Suite3DES {
		s.enc.Encrypt(out[:], s.ssc)
	}
	return out[:s.suite.BlockSize()]
}

func (s *Session) appendCryptogram(msg, data []byte) []byte {
	if len(data) == 0 {
		return msg
	}
	size := s.suite.BlockSize()
	length := (len(data)/size + 1) * size
	if s.ins%2 == 1 {
		msg = tlv.AppendHeader(msg, tagCryptogramOdd, length)
	} else {
		msg = tlv.AppendHeader(msg, tagCryptogram, length+1)
		msg = append(msg, paddingIndicator)
	}
	start := len(msg)
	msg = append(msg, data...)
	msg = append(msg, 0x80)
	msg = append(msg, make([]byte, start+length-len(msg))...)
	var iv [16]byte
	cipher.NewCBCEncrypter(s.enc, s.iv(&iv)).CryptBlocks(msg[start:], msg[start:])
	return msg
}

func (s *Session) decrypt(p protected) ([]byte, error) {
	if p.cryptogram == nil {
		return nil, nil
	}
	size := s.suite.BlockSize()
	if len(p.cryptogram) == 0 || len(p.cryptogram)%size != 0 || p.odd != (s.ins%2 == 1) {
		return nil, s.fail("cryptogram", nil)
	}
	data := make([]byte, len(p.cryptogram))
	var iv [16]byte
	cipher.NewCBCDecrypter(s.enc, s.iv(&iv)).CryptBlocks(data, p.cryptogram)
	plain, ok := unpad(data)
	if !ok {
		clear(data)
		return nil, s.fail("padding", nil)
	}
	return plain, nil
}
