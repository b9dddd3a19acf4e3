package request_test

import (
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"motcua/protocol/request"
)

// field is one entry of a CDDL map, or of a Go struct seen as one.
type field struct {
	Key      string
	Type     string
	Optional bool
}

// grammar is what the CDDL files define: maps, and names for other types.
type grammar struct {
	maps    map[string][]field
	aliases map[string]string
}

var (
	mapStart  = regexp.MustCompile(`^([a-z0-9-]+) = \{$`)
	mapField  = regexp.MustCompile(`^(\? )?([a-z0-9_]+): (.+),$`)
	aliasRule = regexp.MustCompile(`^([a-z0-9-]+)\s+= (.+)$`)
)

func readGrammar(t *testing.T, files ...string) grammar {
	t.Helper()
	g := grammar{map[string][]field{}, map[string]string{}}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		g.read(t, file, string(data))
	}
	return g
}

func (g grammar) read(t *testing.T, file, text string) {
	t.Helper()
	open := ""
	for line := range strings.Lines(text) {
		line, _, _ = strings.Cut(line, ";")
		line = strings.TrimSpace(line)
		switch m := mapField.FindStringSubmatch(line); {
		case line == "":
		case open != "" && line == "}":
			open = ""
		case open != "" && m != nil:
			g.maps[open] = append(g.maps[open], field{m[2], m[3], m[1] != ""})
		case open == "" && mapStart.MatchString(line):
			open = mapStart.FindStringSubmatch(line)[1]
		case open == "" && aliasRule.MatchString(line):
			a := aliasRule.FindStringSubmatch(line)
			g.aliases[a[1]] = a[2]
		default:
			t.Errorf("%s: cannot read %q", file, line)
		}
	}
}

// cddlFiles are all of them.
var cddlFiles = []string{"common.cddl", "request.cddl", "forms.cddl", "receipt.cddl", "result.cddl", "link.cddl", "document.cddl"}

// messages are the maps of the CDDL files and the Go types that stand for them.
var messages = map[string]any{
	"outer": request.Outer{}, "clock": request.Clock{}, "inner": request.Inner{}, "officer": request.Officer{},
	"subject": request.Subject{}, "known": request.Known{}, "consent": request.Consent{}, "evidence": request.Evidence{}, "facts": request.Facts{},
	"biometric": request.Biometric{}, "group-hash": request.GroupHash{}, "active-auth": request.ActiveAuth{},
	"opening": request.Opening{}, "check-in": request.CheckIn{}, "insurance-seen": request.InsuranceSeen{},
	"card-validity": request.CardValidity{}, "generic-form": request.GenericForm{}, "attachment": request.Attachment{},
	"answer-session": request.AnswerSession{}, "session-lot": request.SessionLot{}, "answer-certificate": request.AnswerCertificate{},
	"answer-filed": request.AnswerFiled{}, "receipt": request.Receipt{}, "result": request.Result{},
	"answer": request.Answer{}, "answer-insurance": request.AnswerInsurance{},
	"answer-dossier": request.AnswerDossier{}, "answer-check-in": request.AnswerCheckIn{}, "ticket": request.Ticket{},
	"hello": request.Hello{}, "welcome": request.Welcome{}, "checkpoint": request.Checkpoint{}, "audit-link": request.Link{},
	"revocation": request.Revocation{}, "export": request.Export{}, "exported": request.Exported{},
	"exported-log": request.ExportedLog{}, "checkpoints": request.Checkpoints{},
	"answer-appointment": request.AnswerAppointment{}, "slot": request.Slot{}, "fee": request.Fee{}, "answer-bill": request.AnswerBill{},
	"answer-signing": request.AnswerSigning{}, "sign-task": request.SignTask{},
	"answer-draft": request.AnswerDraft{}, "answer-linked": request.AnswerLinked{}, "linked-dossier": request.LinkedDossier{}, "linked-leg": request.LinkedLeg{},
	"lease-wish": request.LeaseWish{}, "lease": request.Lease{}, "queue-place": request.QueuePlace{}, "lease-return": request.LeaseReturn{},
}

// enums are the closed lists of the CDDL files and the Go constants of each.
var enums = map[string][]string{
	"clock-trust":     texts(request.ClockSynced, request.ClockHeld, request.ClockUnset),
	"protection":      texts(request.ProtectionFile, request.ProtectionTPM, request.ProtectionSE),
	"level":           texts(request.E0, request.E1, request.E2, request.E2k, request.E3, request.E4),
	"verdict":         texts(request.VerdictNone, request.VerdictGenuine, request.VerdictIntegrityOnly, request.VerdictForged, request.VerdictUnreadable),
	"proof":           texts(request.ProofNone, request.ProofAA, request.ProofCA),
	"lookup-by":       texts(request.LookupNumber, request.LookupCard),
	"status":          texts(request.StatusAccepted, request.StatusDuplicate, request.StatusHeld, request.StatusRefused, request.StatusExpired),
	"class":           texts(request.ClassOK, request.ClassNewCard, request.ClassReception, request.ClassPending, request.ClassChild, request.ClassRetry, request.ClassDiscrepancy, request.ClassUnavailable, request.ClassOps),
	"lang":            {"vi", "en"},
	"media-type":      {request.TypePDF, request.TypeJPEG},
	"known-by":        texts(request.KnownByCard, request.KnownByCode, request.KnownByWord),
	"method":          texts(request.MethodPIN, request.MethodFinger),
	"leg-source":      {request.SourceCentre, request.SourceHub},
	"dossier-state":   texts(request.DossierReceived, request.DossierHeld, request.DossierRefused, request.DossierExpired, request.DossierUnknown, request.DossierSeveral),
	"arrival-outcome": texts(request.Listed, request.Arrived, request.Early, request.Late, request.OtherDay, request.Cancelled, request.OtherPerson, request.NoSuch),
	"bill-state":      texts(request.BillDue, request.BillPaid, request.BillCancelled, request.BillUnknown),
	"sign-state":      texts(request.SignListed, request.SignTaken, request.SignSigned, request.SignRefused, request.SignPushed),
}

func texts[T ~string](values ...T) []string {
	var all []string
	for _, v := range values {
		all = append(all, string(v))
	}
	return all
}

// union is the one type that is several: [TestValues] is about it.
const union = "form-value"

// kind reduces a CDDL type to what a Go type can show: its base, through names.
func (g grammar) kind(typ string) string {
	if inner, ok := strings.CutPrefix(typ, "[* "); ok {
		return "[]" + g.kind(strings.TrimSuffix(inner, "]"))
	}
	if _, ok := g.maps[typ]; ok {
		return "map " + typ
	}
	if typ == union || strings.HasPrefix(typ, "{* ") {
		return typ
	}
	if alias, ok := g.aliases[typ]; ok {
		return g.kind(alias)
	}
	switch {
	case strings.HasPrefix(typ, `"`), strings.HasPrefix(typ, "tstr"):
		return "tstr"
	case strings.HasPrefix(typ, "bstr .size "):
		return typ
	}
	return typ
}

// goKind is the same for a Go type.
func goKind(t *testing.T, typ reflect.Type) string {
	t.Helper()
	switch typ.Kind() {
	case reflect.Pointer:
		return goKind(t, typ.Elem())
	case reflect.Map:
		return "{* name => " + goKind(t, typ.Elem()) + "}"
	case reflect.Struct:
		if typ == reflect.TypeFor[request.Value]() {
			return union
		}
		for name, v := range messages {
			if reflect.TypeOf(v) == typ {
				return "map " + name
			}
		}
	case reflect.Slice:
		switch {
		case typ.Name() == "RawMessage":
			return "any"
		case typ.Elem().Kind() == reflect.Uint8:
			return "bstr"
		}
		return "[]" + goKind(t, typ.Elem())
	case reflect.Array:
		return map[int]string{8: "bstr .size 8", 16: "bstr .size 16", 32: "bstr .size 32"}[typ.Len()]
	case reflect.String:
		return "tstr"
	case reflect.Bool:
		return "bool"
	case reflect.Uint, reflect.Uint8, reflect.Uint32, reflect.Uint64:
		return "uint"
	case reflect.Int64:
		return "int"
	}
	t.Errorf("%v has no CDDL counterpart", typ)
	return ""
}

func goFields(t *testing.T, v any) []field {
	t.Helper()
	var all []field
	for f := range reflect.TypeOf(v).Fields() {
		key, option, _ := strings.Cut(f.Tag.Get("cbor"), ",")
		all = append(all, field{key, goKind(t, f.Type), option == "omitempty"})
	}
	return all
}

// TestCDDL holds the CDDL files and the Go types equal, both ways: the same
// messages, and in each the same keys of the same types, optional or not.
func TestCDDL(t *testing.T) {
	g := readGrammar(t, cddlFiles...)
	for name := range g.maps {
		if messages[name] == nil {
			t.Errorf("the map %q has no Go type", name)
		}
	}
	byKey := func(a, b field) int { return strings.Compare(a.Key, b.Key) }
	for name, v := range messages {
		var want []field
		for _, f := range g.maps[name] {
			want = append(want, field{f.Key, g.kind(f.Type), f.Optional})
		}
		got := goFields(t, v)
		slices.SortFunc(want, byKey)
		slices.SortFunc(got, byKey)
		if !slices.Equal(got, want) {
			t.Errorf("%s:\nGo   %v\nCDDL %v", name, got, want)
		}
	}
}

// TestCDDLLists holds the closed lists equal.
func TestCDDLLists(t *testing.T) {
	g := readGrammar(t, cddlFiles...)
	for name, typ := range g.aliases {
		if !strings.Contains(typ, `" / "`) {
			continue
		}
		want := strings.Split(strings.ReplaceAll(typ, `"`, ""), " / ")
		if got := enums[name]; !slices.Equal(got, want) {
			t.Errorf("%s: Go %v, CDDL %v", name, got, want)
		}
	}
	for name := range enums {
		if !strings.Contains(g.aliases[name], " / ") {
			t.Errorf("the list %q is in no CDDL file", name)
		}
	}
}
