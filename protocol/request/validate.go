package request

import (
	"cmp"
	"fmt"
	"slices"
	"unicode/utf8"
)

// ErrInvalid is a field outside its bounds. The text names the field, never its
// value.
type ErrInvalid struct {
	Field string
	Want  string
}

func (e *ErrInvalid) Error() string { return fmt.Sprintf("%s: %s", e.Field, e.Want) }

// first returns the first error of a list.
func first(errs ...error) error { return cmp.Or(errs...) }

// check is nil when ok, else says what the field should be.
func check(ok bool, field, want string) error {
	if ok {
		return nil
	}
	return &ErrInvalid{field, want}
}

// name checks a part of a topic: letters, digits, hyphen and underscore. The
// rule is that of protocol/wire.
func name(field, v string) error {
	ok := v != "" && len(v) <= maxName
	for _, c := range []byte(v) {
		letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
		ok = ok && (letter || c == '-' || c == '_')
	}
	return check(ok, field, "1 to 32 letters, digits, hyphens or underscores")
}

// word checks a token: printable ASCII without spaces, at most maxWord long.
func word(field, v string) error {
	ok := v != "" && len(v) <= maxWord
	for _, c := range []byte(v) {
		ok = ok && c > ' ' && c < 0x7f
	}
	return check(ok, field, "1 to 64 printable characters without spaces")
}

// optional applies a rule unless the value is empty.
func optional(rule func(field, v string) error, field, v string) error {
	if v == "" {
		return nil
	}
	return rule(field, v)
}

// text checks what people wrote: valid UTF-8 without control characters.
func text(field, v string) error {
	return check(len(v) <= maxText && printable(v), field, "at most 200 bytes of text without control characters")
}

// printable: valid UTF-8 without control characters.
func printable(v string) bool {
	ok := utf8.ValidString(v)
	for _, r := range v {
		ok = ok && r >= ' ' && r != 0x7f && (r < 0x80 || r > 0x9f)
	}
	return ok
}

// size checks the length of a byte string.
func size(field string, v []byte, low, high int) error {
	if len(v) >= low && len(v) <= high {
		return nil
	}
	return &ErrInvalid{field, fmt.Sprintf("%d to %d bytes", low, high)}
}

// version checks that a message is of the version of this package.
func version(v uint) error {
	if v == Version {
		return nil
	}
	return &ErrInvalid{"v", fmt.Sprintf("version %d", Version)}
}

// oneOf checks a closed list.
func oneOf[T ~string](field string, v T, known ...T) error {
	if slices.Contains(known, v) {
		return nil
	}
	words := slices.Clone(known) // known itself would be made anew for every value
	return &ErrInvalid{field, fmt.Sprintf("one of %v", words)}
}

// instant checks a time in unix milliseconds: after 2020, before 2200.
func instant(field string, v int64) error {
	return check(v > 1577836800000 && v < 7258118400000, field, "a time in unix milliseconds")
}

// date checks dd/mm/yyyy, or yyyy alone where partial is allowed.
func date(field, v string, partial bool) error {
	shape := "dd/mm/yyyy"
	if partial && len(v) == 4 {
		shape = "yyyy"
	}
	ok := len(v) == len(shape)
	for i := 0; ok && i < len(v); i++ {
		if shape[i] == '/' {
			ok = v[i] == '/'
		} else {
			ok = v[i] >= '0' && v[i] <= '9'
		}
	}
	return check(ok, field, "a date "+shape)
}

func fullDate(field, v string) error { return date(field, v, false) }

// Validate checks every field of o against its bounds.
func (o Outer) Validate() error {
	return first(
		version(o.V),
		check(o.ID.valid(), "id", "a UUIDv7"),
		check(o.Type == TypeRequest, "type", TypeRequest),
		name("service", o.Service),
		check(o.Seq > 0 && o.Seq < 1<<62, "seq", "at least 1"),
		check(o.Seq > 1 || o.Prev == Digest{}, "prev", "zero for the first envelope"),
		name("device", o.Device), name("facility", o.Facility), name("province", o.Province),
		instant("created_at", o.CreatedAt), instant("expires_at", o.ExpiresAt),
		check(o.ExpiresAt > o.CreatedAt, "expires_at", "after created_at"),
		oneOf("clock.trust", o.Clock.Trust, ClockSynced, ClockHeld, ClockUnset),
		check(o.Clock.OffsetMS > -maxOffset && o.Clock.OffsetMS < maxOffset, "clock.offset_ms", "less than ten years"),
		check(o.Priority <= 3, "priority", "0 to 3"),
		oneOf("protection", o.Protection, ProtectionFile, ProtectionTPM, ProtectionSE),
	)
}

// Validate checks every field of i against its bounds; the form is checked by its
// service.
func (i Inner) Validate() error {
	err := first(
		check(len(i.Visit) <= maxVisit, "visit", "at most 64 characters"), word("visit", i.Visit),
		oneOf("lang", i.Lang, "vi", "en"),
		i.Evidence.validate(),
		size("form", i.Form, 1, MaxForm),
		size("reply_key", i.ReplyKey, 1, maxReplyKey),
		check(len(i.Consent) <= maxList, "consent", "at most 32 entries"),
	)
	if err == nil && i.Officer != nil {
		err = i.Officer.validate()
	}
	if err == nil && i.Subject != nil {
		err = i.Subject.validate()
	}
	for _, c := range i.Consent {
		err = cmp.Or(err, c.validate())
	}
	err = cmp.Or(err, check(len(i.People) <= MaxKnown, "people", "at most 4 entries"))
	for n, k := range i.People {
		again := slices.ContainsFunc(i.People[:n], func(other Known) bool { return other.Who == k.Who })
		err = cmp.Or(err, k.validate(), check(!again, "people.who", "each once"))
	}
	err = cmp.Or(err, check(len(i.Noticed) <= maxNoticed, "noticed", "at most 8 entries"))
	for n, rule := range i.Noticed {
		err = cmp.Or(err, word("noticed", rule), check(!slices.Contains(i.Noticed[:n], rule), "noticed", "each once"))
	}
	return err
}

// maxNoticed is how many rules a kiosk may say are met.
const maxNoticed = 8

func (o Officer) validate() error {
	reader := oneOf("officer.reader", o.Reader, ReaderL0)
	if o.Method == MethodPIN {
		reader = check(o.Reader == "", "officer.reader", "empty with a PIN")
	}
	return first(
		word("officer.session", o.Session), word("officer.ref", o.Ref), word("officer.role", o.Role),
		oneOf("officer.method", o.Method, MethodPIN, MethodFinger), reader,
	)
}

func (s Subject) validate() error {
	ok := len(s.Number) == 12
	for _, c := range []byte(s.Number) {
		ok = ok && c >= '0' && c <= '9'
	}
	return first(
		check(ok, "subject.number", "12 digits"),
		check(s.Name != "", "subject.name", "not empty"), text("subject.name", s.Name),
		date("subject.birth", s.Birth, true),
		oneOf("subject.sex", s.Sex, "M", "F", ""),
	)
}

func (c Consent) validate() error {
	return first(word("consent.purpose", c.Purpose), oneOf("consent.lang", c.Lang, "vi", "en"), instant("consent.at", c.At))
}

func (e Evidence) validate() error {
	err := first(
		check(e.Level.Valid(), "evidence.level", "a known level"),
		e.Facts.validate(),
		optional(word, "evidence.access", e.Access),
		size("evidence.sod", e.SOD, 0, maxSOD),
		check(len(e.Groups) <= 16, "evidence.groups", "at most 16 entries"),
		size("evidence.dg1", e.DG1, 0, maxDG1),
		size("evidence.opening", e.Opening, 1, MaxOpening),
		instant("evidence.captured_at", e.CapturedAt),
		text("evidence.reader", e.Reader),
		check(len(e.Reasons) <= maxList, "evidence.reasons", "at most 32 entries"),
	)
	for _, g := range e.Groups {
		err = cmp.Or(err, check(g.Group >= 1 && g.Group <= 16, "evidence.groups", "groups 1 to 16"),
			size("evidence.groups.hash", g.Hash, 20, maxHash))
	}
	for _, r := range e.Reasons {
		err = cmp.Or(err, word("evidence.reasons", r))
	}
	if err == nil && e.AA != nil {
		err = first(size("evidence.aa.signature", e.AA.Signature, 1, maxSignature), size("evidence.aa.key", e.AA.Key, 1, maxGroup))
	}
	return err
}

func (f Facts) validate() error {
	err := first(
		oneOf("evidence.facts.verdict", f.Verdict, VerdictNone, VerdictGenuine, VerdictIntegrityOnly, VerdictForged, VerdictUnreadable),
		oneOf("evidence.facts.proof", f.Proof, ProofNone, ProofAA, ProofCA),
		check(f.Chip || f.Proof == ProofNone, "evidence.facts.proof", "none without a chip"),
	)
	if b := f.Biometric; err == nil && b != nil {
		err = first(
			oneOf("evidence.facts.biometric.modality", b.Modality, "face", "finger"),
			oneOf("evidence.facts.biometric.method", b.Method, "chip-face", "chip-finger", "match-on-card", "central", "local", Attended),
			oneOf("evidence.facts.biometric.liveness", b.Liveness, "passed", LivenessFailed, LivenessUnchecked),
			b.validateOfficer(),
		)
	}
	return err
}

// validateOfficer checks what an officer's comparison has, and no other: a person has
// no score, and measures no liveness.
func (b *Biometric) validateOfficer() error {
	if b.Method != Attended {
		return check(b.Session == "" && b.Confirmed == "" && b.Reader == "", "evidence.facts.biometric.session", "an officer's comparison only")
	}
	reader := oneOf("evidence.facts.biometric.reader", b.Reader, ReaderL0)
	if b.Confirmed == MethodPIN {
		reader = check(b.Reader == "", "evidence.facts.biometric.reader", "empty with a PIN")
	}
	return first(
		check(b.Modality == "face", "evidence.facts.biometric.modality", "face, where an officer compared"),
		check(b.Score == 0 && b.Threshold == 0, "evidence.facts.biometric.score", "zero, where an officer compared"),
		check(b.Liveness == LivenessUnchecked, "evidence.facts.biometric.liveness", "not-checked, where an officer compared"),
		word("evidence.facts.biometric.session", b.Session),
		oneOf("evidence.facts.biometric.confirmed", b.Confirmed, MethodPIN, MethodFinger), reader,
	)
}

// Validate checks every field of o against its bounds.
func (o Opening) Validate() error {
	return first(
		word("opening.visit", o.Visit), name("opening.device", o.Device), name("opening.facility", o.Facility),
		instant("opening.at", o.At), size("opening.nonce", o.Nonce, 16, 32),
	)
}

// Validate checks every field of c against its bounds; that specialty and group
// exist is the catalogue's to say.
func (c CheckIn) Validate() error {
	err := first(name("form.specialty", c.Specialty), optional(name, "form.group", c.Group))
	if s := c.Insurance; err == nil && s != nil {
		err = first(s.Class.validate("form.insurance.class"), optional(word, "form.insurance.code", s.Code),
			optional(word, "form.insurance.card_no", s.CardNo), instant("form.insurance.as_of", s.AsOf))
	}
	return err
}

// Validate checks every field of c against its bounds.
func (c CardValidity) Validate() error {
	return first(
		oneOf("form.lookup_by", c.LookupBy, LookupNumber, LookupCard),
		check((c.LookupBy == LookupCard) == (c.CardNo != ""), "form.card_no", "given with lookup by card, and with that alone"),
		optional(word, "form.card_no", c.CardNo),
	)
}

func (c Class) validate(field string) error {
	return oneOf(field, c, ClassOK, ClassNewCard, ClassReception, ClassPending, ClassChild, ClassRetry, ClassDiscrepancy, ClassUnavailable, ClassOps)
}

// Validate checks every field of r against its bounds.
func (r Receipt) Validate() error {
	return first(
		version(r.V),
		check(r.ID.valid(), "id", "a UUIDv7"),
		name("device", r.Device),
		check(r.Seq > 0 && r.Seq < 1<<62, "seq", "at least 1"),
		oneOf("status", r.Status, StatusAccepted, StatusDuplicate, StatusHeld, StatusRefused, StatusExpired),
		optional(word, "code", string(r.Code)), optional(word, "no", r.No),
		instant("at", r.At),
		check(r.RetryAfter <= maxRetryAfter, "retry_after", "at most a day"),
	)
}

// Validate checks every field of r against its bounds.
func (r Result) Validate() error {
	err := first(
		version(r.V),
		check(r.ID.valid(), "id", "a UUIDv7"),
		name("device", r.Device), name("service", r.Service), r.Class.validate("class"),
		check(len(r.Codes) <= maxList, "codes", "at most 32 entries"),
		instant("at", r.At), size("sealed", r.Sealed, 0, MaxAnswer+2048),
	)
	for _, c := range r.Codes {
		err = cmp.Or(err, word("codes", c))
	}
	return err
}

// Validate checks every field of a against its bounds.
func (a Answer) Validate() error {
	var one validator
	for _, v := range []struct {
		set bool
		validator
	}{{a.Insurance != nil, a.Insurance}, {a.CheckIn != nil, a.CheckIn}, {a.Taken != nil, a.Taken}, {a.Filed != nil, a.Filed}, {a.Dossier != nil, a.Dossier}, {a.Linked != nil, a.Linked}, {a.Draft != nil, a.Draft}, {a.Session != nil, a.Session}, {a.Certificate != nil, a.Certificate}, {a.Signing != nil, a.Signing}, {a.Appointment != nil, a.Appointment}, {a.Bill != nil, a.Bill}} {
		switch {
		case v.set && one != nil:
			return errAnswer()
		case v.set:
			one = v.validator
		}
	}
	if one == nil {
		return errAnswer()
	}
	return one.validate()
}

// validator is one kind of answer.
type validator interface{ validate() error }

func errAnswer() error {
	return check(false, "answer", "exactly one of insurance, check_in, taken, filed, dossier, linked, draft, session, certificate, signing, appointment and bill")
}

func (a AnswerDossier) validate() error {
	err := first(optional(word, "dossier.overall", a.Overall), oneOf("dossier.state", a.State, DossierReceived, DossierHeld, DossierRefused, DossierExpired, DossierUnknown, DossierSeveral))
	if err == nil && a.At != 0 {
		err = instant("dossier.at", a.At)
	}
	return err
}

// Validate checks every field of a against its bounds, for who keeps it.
func (a AnswerSession) Validate() error { return a.validate() }

func (a AnswerSession) validate() error {
	err := first(
		word("session.session", a.Session), word("session.plan", a.Plan), instant("session.until", a.Until),
		check(len(a.Lots) > 0 && len(a.Lots) <= maxList, "session.lots", "1 to 32 entries"), optional(word, "session.batch", a.Batch),
	)
	for _, l := range a.Lots {
		err = first(err, word("session.lots", l.Lot), name("session.lots", l.Antigen))
	}
	return err
}

// maxCode is the most characters of a code that is to be shown.
const maxCode = 4296

func (a AnswerCertificate) validate() error {
	return first(
		word("certificate.id", a.ID), check(a.Text != "" && len(a.Text) <= maxCode && printable(a.Text), "certificate.text", "1 to 4296 printable characters"),
		fullDate("certificate.until", a.Until),
	)
}

func (a AnswerFiled) validate() error {
	return first(word("filed.no", a.No), text("filed.next", a.Next), optional(fullDate, "filed.due", a.Due))
}

func (a AnswerInsurance) validate() error {
	return first(
		a.Class.validate("insurance.class"), optional(word, "insurance.code", a.Code),
		optional(word, "insurance.card_no", a.CardNo),
		optional(fullDate, "insurance.valid_from", a.ValidFrom), optional(fullDate, "insurance.valid_to", a.ValidTo),
		text("insurance.facility", a.Facility), optional(fullDate, "insurance.five_years", a.FiveYears),
		instant("insurance.as_of", a.AsOf),
	)
}

func (a AnswerCheckIn) validate() error {
	err := first(a.Ticket.validate(), word("check_in_id", a.CheckInID))
	if err == nil && a.Insurance != nil {
		err = a.Insurance.validate()
	}
	if err == nil && a.Fee != nil {
		err = a.Fee.validate()
	}
	return err
}

func (t Ticket) validate() error {
	return first(
		name("ticket.queue", t.Queue), optional(word, "ticket.prefix", t.Prefix), text("ticket.room", t.Room), text("ticket.floor", t.Floor),
	)
}
