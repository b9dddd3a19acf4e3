package emu

import (
	"slices"
	"time"
)

// Quirks are ways in which chips in the field fall short of the standards, or
// make use of what these leave open. The zero value has none.
type Quirks struct {
	// Refuse lists steps that chips of some makers refuse.
	Refuse []Refusal `json:"refuse,omitempty"`
	// Preselected: the application is selected when the chip wakes, so that the
	// files of the master file are out of reach until that is selected.
	Preselected bool `json:"preselected,omitempty"`
	// NoLe refuses an expected length in SELECT and MSE (6700).
	NoLe bool `json:"no_le,omitempty"`
	// Parameter is the stand on data object 84 in MSE:Set AT.
	Parameter Parameter `json:"parameter,omitempty"`

	// MaxChunk makes READ BINARY refuse a greater Le as TooLong says; 0 takes any.
	MaxChunk int     `json:"max_chunk,omitempty"`
	TooLong  TooLong `json:"too_long,omitempty"`
	// NoExtended makes the chip answer 6700 to extended length.
	NoExtended bool `json:"no_extended,omitempty"`
	// EndOfFile is what a read across the end of a file does.
	EndOfFile EndOfFile `json:"end_of_file,omitempty"`
	// Overflow is what becomes of an answer too long for a short command.
	Overflow Overflow `json:"overflow,omitempty"`
	// Piece is the most that one answer carries; GET RESPONSE brings the rest
	// (61xx). 0 sets no limit.
	Piece int `json:"piece,omitempty"`

	// Absent are data groups of the signed index that are not on the chip (6A82),
	// Guarded those that it keeps from everybody (6982), Listed others that only
	// EF.COM knows of.
	Absent  []int `json:"absent,omitempty"`
	Guarded []int `json:"guarded,omitempty"`
	Listed  []int `json:"listed,omitempty"`

	// ActiveAnswer is a habit of active authentication.
	ActiveAnswer ActiveAnswer `json:"active_answer,omitempty"`
	// Plain is what the chip, or somebody between, sends without protection.
	Plain Plain `json:"plain,omitempty"`

	// Tries is how many wrong keys the chip stands before it blocks; 0 counts
	// none and answers 6300.
	Tries int `json:"tries,omitempty"`
	// Blocked chips take no key at all.
	Blocked bool `json:"blocked,omitempty"`
	// WrongBAC is the answer to a wrong key of basic access control.
	WrongBAC WrongBAC `json:"wrong_bac,omitempty"`
	// Slow is how many milliseconds more the chip takes for a key after each wrong
	// one, up to [MaxThought].
	Slow int `json:"slow_ms,omitempty"`
}

// MaxThought bounds how long a slow chip takes over one key.
const MaxThought = 20 * time.Second

// Refusal is a step that a chip refuses.
type Refusal string

// Refusals seen on cards in the field.
const (
	RefuseSelectMF   Refusal = "select-mf"   // 6D00
	RefuseSFI        Refusal = "sfi"         // 6A86 to READ BINARY by short identifier
	RefuseCardAccess Refusal = "card-access" // 6982
	// The file is hidden (6A82), or opens by short identifier or name alone.
	RefuseCardAccessHidden Refusal = "card-access-hidden"
	RefuseCardAccessName   Refusal = "card-access-name"
	RefuseCardAccessSFI    Refusal = "card-access-sfi"
	RefuseDIR              Refusal = "dir"      // 6982
	RefuseATRInfo          Refusal = "atr-info" // 6A82
	// RefuseCardSecurity: 6982 to EF.CardSecurity, although the mapping needs it.
	RefuseCardSecurity Refusal = "card-security"
	// Chip authentication: the one command of 3DES is not known (6D00), none is
	// (6D00), or the session is lost after it (6985 in the clear).
	RefuseKAT       Refusal = "set-kat"
	RefuseAgreement Refusal = "agreement"
	RefuseAgreed    Refusal = "agreed"
)

// Parameter is a stand on data object 84, the domain parameters of PACE.
type Parameter string

// Stands.
const (
	ParameterOptional Parameter = "" // needed only to tell offers apart
	ParameterRequired Parameter = "required"
	ParameterRefused  Parameter = "refused"
)

// TooLong is what READ BINARY answers to a length beyond MaxChunk.
type TooLong string

// Answers to a length that is too great.
const (
	TooLongLost    TooLong = ""     // 6700 in the clear, session lost
	TooLongSM      TooLong = "6988" // in the clear, session lost
	TooLongRefused TooLong = "6B00" // protected
	TooLongRight   TooLong = "6C"   // protected, with the right length
	TooLongWarned  TooLong = "6282" // as much as fits, with the warning of the end
	TooLongShort   TooLong = "9000" // as much as fits
)

// EndOfFile is a habit of READ BINARY.
type EndOfFile string

// Habits at the end of a file.
const (
	EndShort  EndOfFile = ""     // what there is, then 6282; 9000 when Le asked for all
	EndSilent EndOfFile = "9000" // what there is, as if all were well
	EndStrict EndOfFile = "6B00" // nothing
	EndRight  EndOfFile = "6C"   // nothing, and the right length
)

// Overflow is a habit with answers that a short command cannot carry.
type Overflow string

// Habits with long answers.
const (
	OverflowMore   Overflow = ""     // 61xx and GET RESPONSE
	OverflowRefuse Overflow = "6700" // wrong length
)

// ActiveAnswer is a habit of active authentication.
type ActiveAnswer string

// Habits with the signature.
const (
	ActiveWhole  ActiveAnswer = ""
	ActiveCut    ActiveAnswer = "cut"   // at 256 bytes, unless the exact length is asked for
	ActiveEmpty  ActiveAnswer = "empty" // no byte when 65,536 are asked for
	ActiveExact  ActiveAnswer = "exact" // 6700 and the session lost to any length but the exact one
	ActiveDenied ActiveAnswer = "6982"
)

// Plain is what comes without protection under secure messaging.
type Plain string

// What comes in the clear.
const (
	PlainNothing Plain = ""
	PlainStatus  Plain = "status" // every status word that is not 9000; the session goes on
	PlainData    Plain = "data"   // what is read from files
)

// WrongBAC is the answer to a wrong key of basic access control.
type WrongBAC string

// Answers to a wrong key.
const (
	WrongBACFailed     WrongBAC = ""     // 6300
	WrongBACConditions WrongBAC = "6985" // conditions of use not satisfied
	WrongBACSecurity   WrongBAC = "6982" // security status not satisfied
	WrongBACObjects    WrongBAC = "6988" // incorrect data objects
)

func (q *Quirks) refuses(r Refusal) bool {
	return slices.Contains(q.Refuse, r)
}

func (q *Quirks) check(c *checker) {
	for _, r := range q.Refuse {
		oneOf(c, "refuse", r, RefuseSelectMF, RefuseSFI, RefuseCardAccess, RefuseCardAccessHidden, RefuseCardAccessName, RefuseCardAccessSFI,
			RefuseDIR, RefuseATRInfo, RefuseCardSecurity, RefuseKAT, RefuseAgreement, RefuseAgreed)
	}
	oneOf(c, "parameter", q.Parameter, ParameterOptional, ParameterRequired, ParameterRefused)
	oneOf(c, "too_long", q.TooLong, TooLongLost, TooLongSM, TooLongRefused, TooLongRight, TooLongWarned, TooLongShort)
	oneOf(c, "end_of_file", q.EndOfFile, EndShort, EndSilent, EndStrict, EndRight)
	oneOf(c, "overflow", q.Overflow, OverflowMore, OverflowRefuse)
	oneOf(c, "active_answer", q.ActiveAnswer, ActiveWhole, ActiveCut, ActiveEmpty, ActiveExact, ActiveDenied)
	oneOf(c, "plain", q.Plain, PlainNothing, PlainStatus, PlainData)
	oneOf(c, "wrong_bac", q.WrongBAC, WrongBACFailed, WrongBACConditions, WrongBACSecurity, WrongBACObjects)
	c.need(q.MaxChunk == 0 || q.MaxChunk >= 16 && q.MaxChunk <= 65536, "chip.max_chunk %d: want 16 to 65536", q.MaxChunk)
	c.need(q.TooLong == TooLongLost || q.MaxChunk > 0, "chip.too_long: needs max_chunk")
	c.need(q.TooLong != TooLongRight || q.MaxChunk < 256, "chip.too_long 6C: needs a max_chunk below 256")
	c.need(q.Piece == 0 || q.Piece >= 16 && q.Piece <= 256, "chip.piece %d: want 16 to 256", q.Piece)
	c.need(q.Tries >= 0 && q.Tries <= 15, "chip.tries %d: want 0 to 15", q.Tries)
	c.need(q.Slow >= 0 && q.Slow <= 60_000, "chip.slow_ms %d: want 0 to 60000", q.Slow)
	for _, n := range append(append(append([]int{}, q.Absent...), q.Guarded...), q.Listed...) {
		c.need(n >= 2 && n <= 16, "chip.absent, guarded, listed: want data groups, 2 to 16")
	}
}
