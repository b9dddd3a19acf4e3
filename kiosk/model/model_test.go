package model_test

import (
	"strings"
	"testing"
	"time"

	"motcua/kiosk/gallery"
	"motcua/kiosk/model"
	"motcua/kiosk/text"
	"motcua/protocol/catalogue"
	"motcua/protocol/fault"
	"motcua/protocol/local"
)

var start = model.Settings{Lang: text.Vietnamese, Size: model.Normal, Colours: model.Light}

func at(seconds float64) time.Time {
	return gallery.Now().Add(time.Duration(seconds * float64(time.Second)))
}

func snap(v *local.Visit) local.Snapshot {
	return local.Snapshot{Version: local.Version, Rev: 1, Kiosk: gallery.Kiosk(), Visit: v}
}

func visit(step local.Step) *local.Visit {
	return &local.Visit{ID: "v-1", Service: "H01", Step: step, CardPresent: true}
}

// begun is a state that shows a step.
func begun(v *local.Visit) *model.State {
	s := model.New(start)
	s.Receive(snap(v), at(0))
	return s
}

func TestEachStepHasItsScreen(t *testing.T) {
	for step, want := range map[local.Step]model.Screen{
		local.StepCompare: model.Compare, local.StepVouch: model.Vouch, local.StepVouchFinger: model.VouchFinger, local.StepVouchCheck: model.VouchCheck,
		local.StepPlace: model.Place, local.StepKey: model.Key, local.StepReading: model.Reading,
		local.StepIdentify: model.Identify, local.StepAsking: model.Asking, local.StepInsurance: model.Insurance,
		local.StepCheck: model.Check, local.StepSending: model.Sending, local.StepDone: model.Done,
		local.StepProblem: model.Problem, local.StepStaff: model.Staff,
		local.StepPIN: model.PIN, local.StepPINCheck: model.PINCheck, local.StepFinger: model.LayFinger, local.StepDuty: model.Duty,
		local.StepConsent: model.Consent, local.StepEnrol: model.Enrol, "from-the-future": model.Problem,
	} {
		v := begun(visit(step)).View(at(1))
		if v.Screen != want {
			t.Errorf("%s: shows %s, want %s", step, v.Screen, want)
		}
		if v.Title == "" {
			t.Errorf("%s: has no title", step)
		}
	}
}

func TestWithoutAVisit(t *testing.T) {
	s := model.New(start)
	if got := s.View(at(0)).Screen; got != model.Lost {
		t.Errorf("before the first snapshot: %s", got)
	}
	s.Receive(snap(nil), at(0))
	if got := s.View(at(0)).Screen; got != model.Attract {
		t.Errorf("with a reader: %s", got)
	}
	broken := snap(nil)
	broken.Kiosk.Fault = &local.Fault{Code: fault.QueueFull, TextKey: "fault.out-of-order"}
	s.Receive(broken, at(1))
	if got := s.View(at(1)); got.Screen != model.Closed || !strings.Contains(got.Small, "QUEUE-01") {
		t.Errorf("out of order: %s, %q", got.Screen, got.Small)
	}
}

// Every verb of the local API has a tap that sends it, except scanning a code.
func TestTapsBecomeActions(t *testing.T) {
	answers := visit(local.StepCheck)
	answers.Answers = []local.Answer{{Field: "specialty", ValueKey: "specialty.internal", Choices: []string{"internal", "eye"}}}
	trouble := visit(local.StepProblem)
	trouble.Problem = &local.Problem{
		Fault: local.Fault{Code: fault.WrongKey, TextKey: "fault.wrong-key"},
		Exits: []local.Verb{local.VerbRetry, local.VerbOtherWay, local.VerbStaff},
	}
	away := visit(local.StepInsurance)
	away.Insurance = &local.Insurance{Class: "unavailable"}
	warned := visit(local.StepIdentify)
	warned.IdleIn, warned.EndIn = 500, 20_500
	opened := visit(local.StepDuty)
	opened.Duty = &local.Duty{Ref: "op-17", Role: "officer", CaseOpened: true}
	fingerless, kept := visit(local.StepDuty), visit(local.StepDuty)
	fingerless.Duty, kept.Duty = &local.Duty{Finger: local.FingerNone}, &local.Duty{Finger: local.FingerSealed}
	told, rate, later := visit(local.StepAbout), visit(local.StepQuestion), visit(local.StepAgree)
	told.Service, rate.Service, later.Service = catalogue.StayNotice, catalogue.Feedback, catalogue.StayNotice
	rate.Question = &local.Question{Field: "rating", Back: true, Skip: true}
	checked := visit(local.StepCheck)
	checked.Service, checked.Answers = catalogue.StayNotice, []local.Answer{{Field: "reason", Value: "work", Asked: true}}
	for _, c := range []struct {
		visit *local.Visit
		taps  string
		want  local.Action
	}{
		{told, "continue", local.Action{Verb: local.VerbContinue}},
		{told, "back", local.Action{Verb: local.VerbBack}},
		{rate, "choice.4", local.Action{Verb: local.VerbAnswer, Field: "rating", Value: "4"}},
		{rate, "skip", local.Action{Verb: local.VerbAnswer, Field: "rating"}},
		{rate, "back", local.Action{Verb: local.VerbBack}},
		{checked, "change.reason", local.Action{Verb: local.VerbChange, Field: "reason"}},
		{later, "yes", local.Action{Verb: local.VerbYes}},
		{later, "back", local.Action{Verb: local.VerbBack}},
		{nil, "begin", local.Action{Verb: local.VerbBegin}},
		{visit(local.StepKey), "key.1 key.2 key.3 key.9 key.del key.4 key.5 key.6 submit", local.Action{Verb: local.VerbKey, Value: "123456"}},
		{visit(local.StepIdentify), "yes", local.Action{Verb: local.VerbYes}},
		{visit(local.StepIdentify), "no", local.Action{Verb: local.VerbNo}},
		{visit(local.StepIdentify), "cancel", local.Action{Verb: local.VerbCancel}},
		{visit(local.StepIdentify), "staff", local.Action{Verb: local.VerbStaff}},
		{visit(local.StepInsurance), "continue", local.Action{Verb: local.VerbContinue}},
		{away, "retry", local.Action{Verb: local.VerbRetry}},
		{answers, "change.specialty choice.eye", local.Action{Verb: local.VerbAnswer, Field: "specialty", Value: "eye"}},
		{answers, "submit", local.Action{Verb: local.VerbSubmit}},
		{visit(local.StepDone), "finish", local.Action{Verb: local.VerbFinish}},
		{visit(local.StepStaff), "finish", local.Action{Verb: local.VerbFinish}},
		{trouble, "retry", local.Action{Verb: local.VerbRetry}},
		{trouble, "other", local.Action{Verb: local.VerbOtherWay}},
		{trouble, "call", local.Action{Verb: local.VerbStaff}},
		{visit(local.StepFinger), "other", local.Action{Verb: local.VerbOtherWay}},
		{fingerless, "enrol", local.Action{Verb: local.VerbEnrol}},
		{kept, "forget", local.Action{Verb: local.VerbForget}},
		{visit(local.StepConsent), "yes", local.Action{Verb: local.VerbYes}},
		{visit(local.StepConsent), "no", local.Action{Verb: local.VerbNo}},
		{visit(local.StepEnrol), "no", local.Action{Verb: local.VerbNo}},
		{opened, "clear", local.Action{Verb: local.VerbClear}},
		{warned, "here", local.Action{Verb: local.VerbHere}},
	} {
		s := begun(c.visit)
		var got local.Action
		for id := range strings.FieldsSeq(c.taps) {
			shown(t, s, id, at(1))
			if a, ok := s.Tap(id, at(1)); ok {
				got = a
			}
		}
		c.want.Version, c.want.Lang = local.Version, "vi"
		if c.visit != nil {
			c.want.Visit, c.want.Step = c.visit.ID, c.visit.Step
		}
		if got.Verb == local.VerbHere && c.want.Verb != local.VerbHere {
			t.Errorf("%s: only told that somebody is there", c.taps)
		}
		if got != c.want {
			t.Errorf("%s: verb %s field %q, want verb %s field %q", c.taps, got.Verb, got.Field, c.want.Verb, c.want.Field)
		}
	}
}

// shown fails unless the view offers the target.
func shown(t *testing.T, s *model.State, id string, now time.Time) {
	t.Helper()
	v := s.View(now)
	all := append([]model.Button{}, v.Buttons...)
	all = append(all, v.Choices...)
	all = append(all, v.Frame.Bar[:]...)
	if v.Pad != nil {
		all = append(all, v.Pad.Keys...)
	}
	for _, r := range v.Rows {
		if r.Change != nil {
			all = append(all, *r.Change)
		}
	}
	for _, b := range all {
		if b.ID == id && !b.Disabled {
			return
		}
	}
	t.Errorf("%s does not offer %s", v.Screen, id)
}

// What is not on the screen cannot be tapped: a late finger does nothing.
func TestTapsOfOtherScreensDoNothing(t *testing.T) {
	s := begun(visit(local.StepReading))
	for _, id := range []string{"begin", "yes", "no", "submit", "continue", "finish", "retry", "here", "key.1", "choice.eye", "nonsense"} {
		if a, ok := s.Tap(id, at(1)); ok {
			t.Errorf("%s while reading: sent %s", id, a.Verb)
		}
	}
}

func TestSixDigitsAndNotOneLess(t *testing.T) {
	s := begun(visit(local.StepKey))
	for range 5 {
		s.Tap("key.7", at(1))
	}
	if a, ok := s.Tap("submit", at(1)); ok {
		t.Errorf("five digits: sent %s", a.Verb)
	}
	s.Tap("key.7", at(1))
	s.Tap("key.8", at(1))
	a, ok := s.Tap("submit", at(1))
	if !ok || a.Value != "777777" {
		t.Errorf("seven taps: sent %v with %d digits", ok, len(a.Value))
	}
	if v := s.View(at(1)); v.Pad.Typed != "" {
		t.Error("the digits stay after they were sent")
	}
}

// What is typed goes with the step, the visit and the connection.
func TestDigitsAreWiped(t *testing.T) {
	typed := func() *model.State {
		s := begun(visit(local.StepKey))
		s.Tap("key.4", at(1))
		s.Tap("key.2", at(1))
		if s.View(at(1)).Pad.Typed != "42" {
			t.Fatal("the digits were not typed")
		}
		return s
	}
	again := func(s *model.State) string {
		s.Receive(snap(visit(local.StepKey)), at(3))
		return s.View(at(3)).Pad.Typed
	}
	for name, leave := range map[string]func(*model.State){
		"another step":  func(s *model.State) { s.Receive(snap(visit(local.StepProblem)), at(2)) },
		"end of visit":  func(s *model.State) { s.Receive(snap(nil), at(2)) },
		"kioskd gone":   func(s *model.State) { s.Lose(at(2)) },
		"staff called":  func(s *model.State) { s.Tap("staff", at(2)) },
		"visit ended":   func(s *model.State) { s.Tap("cancel", at(2)) },
		"another visit": func(s *model.State) { v := visit(local.StepKey); v.ID = "v-2"; s.Receive(snap(v), at(2)) },
	} {
		s := typed()
		leave(s)
		if got := again(s); got != "" {
			t.Errorf("%s: %d digits are still there", name, len(got))
		}
	}
	s := typed()
	s.Receive(snap(visit(local.StepKey)), at(2))
	if s.View(at(2)).Pad.Typed != "42" {
		t.Error("a snapshot of the same step wipes what is being typed")
	}
}

func TestLosingKioskdForgetsThePerson(t *testing.T) {
	v := visit(local.StepIdentify)
	v.Person = gallery.Person()
	s := begun(v)
	s.Lose(at(1))
	got := s.View(at(1))
	if got.Screen != model.Lost || len(got.Rows) != 0 || got.Frame.Facility == "" {
		t.Errorf("%s with %d rows, facility %q", got.Screen, len(got.Rows), got.Frame.Facility)
	}
}

func TestNextPersonStartsFromTheDefault(t *testing.T) {
	for name, end := range map[string]func(*model.State){
		"end of visit": func(s *model.State) { s.Receive(snap(nil), at(10)) },
		"kioskd gone":  func(s *model.State) { s.Lose(at(10)) },
	} {
		s := begun(visit(local.StepIdentify))
		for _, id := range []string{"lang", "show", "size.large", "colours.dark", "done"} {
			s.Tap(id, at(1))
		}
		want := model.Settings{Lang: text.English, Size: model.Large, Colours: model.Dark}
		if got := s.View(at(1)); got.Settings != want || got.Screen != model.Identify {
			t.Fatalf("chosen: %+v on %s", got.Settings, got.Screen)
		}
		end(s)
		if got := s.View(at(10)).Settings; got != start {
			t.Errorf("%s: the next person starts with %+v", name, got)
		}
	}
}

func TestAttractForgetsAChoiceNobodyUses(t *testing.T) {
	s := begun(nil)
	s.Tap("lang", at(0))
	if got := s.View(at(44)).Settings.Lang; got != text.English {
		t.Errorf("after 44 s: %s", got)
	}
	if got := s.View(at(46)).Settings.Lang; got != text.Vietnamese {
		t.Errorf("after 46 s: %s", got)
	}
}

// The language chosen before a visit begins stays for the visit.
func TestChoiceBeforeTheVisitStays(t *testing.T) {
	s := begun(nil)
	s.Tap("lang", at(0))
	s.Receive(snap(visit(local.StepPlace)), at(1))
	if got := s.View(at(1)).Settings.Lang; got != text.English {
		t.Errorf("the visit begins in %s", got)
	}
}

func TestWarningCountsDown(t *testing.T) {
	v := visit(local.StepIdentify)
	v.IdleIn, v.EndIn = 60_000, 90_000
	s := begun(v)
	for _, c := range []struct {
		second float64
		screen model.Screen
		count  int
	}{
		{59.9, model.Identify, 0},
		{60, model.Still, 30},
		{60.5, model.Still, 30},
		{89.5, model.Still, 1},
		{95, model.Still, 0},
	} {
		got := s.View(at(c.second))
		if got.Screen != c.screen || got.Count != c.count {
			t.Errorf("after %.1f s: %s with %d, want %s with %d", c.second, got.Screen, got.Count, c.screen, c.count)
		}
	}
	a, ok := s.Tap("here", at(70))
	if !ok || a.Verb != local.VerbHere {
		t.Errorf("still here: sent %v %s", ok, a.Verb)
	}
}

// Whoever types slowly must not be asked whether they are there.
func TestTypingTellsKioskdThatSomebodyIsThere(t *testing.T) {
	s := begun(visit(local.StepKey))
	var told int
	for i := range 12 {
		if a, ok := s.Tap("key.1", at(100+float64(i))); ok {
			if a.Verb != local.VerbHere {
				t.Errorf("a digit sent %s", a.Verb)
			}
			told++
		}
	}
	if told != 3 {
		t.Errorf("told %d times in 12 seconds, want every 5 seconds", told)
	}
}

// Saved here and received there are different sentences, and only a receipt says
// the second.
func TestSavedIsNotReceived(t *testing.T) {
	say := func(r local.Receipt, tk *local.Ticket) string {
		v := visit(local.StepDone)
		v.Receipt, v.Ticket = &r, tk
		got := begun(v).View(at(1))
		return text.Plain(got.Title + " / " + got.Lead + " / " + got.Number.Value)
	}
	received := text.Plain(text.Vietnamese.Say(text.DoneReceived))
	ticket := &local.Ticket{Number: "A012", Room: "105"}
	for _, c := range []struct {
		what     string
		said     string
		received bool
		number   string
	}{
		{"saved", say(local.Receipt{LocalNo: "12", Saved: true}, nil), false, "12"},
		{"saved, with a ticket", say(local.Receipt{LocalNo: "12", Saved: true}, ticket), false, "A012"},
		{"received", say(local.Receipt{LocalNo: "12", Saved: true, Received: true, No: "R-7"}, nil), true, "R-7"},
		{"received, with a ticket", say(local.Receipt{LocalNo: "12", Saved: true, Received: true, No: "R-7"}, ticket), true, "A012"},
	} {
		if strings.Contains(c.said, received) != c.received {
			t.Errorf("%s: says %q", c.what, c.said)
		}
		if !strings.Contains(c.said, c.number) {
			t.Errorf("%s: %q lacks the number %s", c.what, c.said, c.number)
		}
	}
}

// No problem is a dead end: each offers something, the best first.
func TestProblemsAlwaysHaveAWayOn(t *testing.T) {
	for _, i := range fault.All() {
		for _, exits := range [][]local.Verb{nil, {local.VerbCancel}, {local.VerbRetry, local.VerbOtherWay, local.VerbStaff}} {
			v := visit(local.StepProblem)
			v.Problem = &local.Problem{Fault: local.Fault{Code: i.Code, TextKey: i.TextKey}, Exits: exits}
			got := begun(v).View(at(1))
			if len(got.Buttons) == 0 || got.Buttons[0].Kind != model.Primary || got.Title == "" || got.Lead == "" {
				t.Errorf("%s with exits %v: %d buttons, title %q", i.Code, exits, len(got.Buttons), got.Title)
			}
			if got.Frame.Bar[3].ID != "staff" {
				t.Errorf("%s: no way to call staff in the bar", i.Code)
			}
		}
	}
}

func TestLongListsOfChoicesTurnPages(t *testing.T) {
	v := visit(local.StepCheck)
	ids := []string{"internal", "surgery", "paediatrics", "obstetrics", "eye", "ent", "dental", "unheard-of"}
	v.Answers = []local.Answer{{Field: "specialty", ValueKey: "specialty.internal", Choices: ids}}
	s := begun(v)
	s.Tap("change.specialty", at(1))
	seen := map[string]bool{}
	for range 2 {
		got := s.View(at(1))
		if len(got.Choices) > 6 {
			t.Errorf("%d choices on one page", len(got.Choices))
		}
		for _, b := range got.Choices {
			seen[b.ID] = true
		}
		s.Tap("more", at(1))
	}
	for _, id := range ids {
		if !seen["choice."+id] {
			t.Errorf("%s cannot be chosen", id)
		}
	}
	if s.Tap("back", at(1)); s.View(at(1)).Screen != model.Check {
		t.Error("back does not lead back")
	}
}

func TestWaitsSayWhyAfterTenSeconds(t *testing.T) {
	for _, step := range []local.Step{local.StepAsking, local.StepSending} {
		s := begun(visit(step))
		if n := s.View(at(9)).Notice; n != nil {
			t.Errorf("%s: says why after 9 s", step)
		}
		if n := s.View(at(10)).Notice; n == nil {
			t.Errorf("%s: does not say why after 10 s", step)
		}
	}
}

func TestViewsStayOutOfLogs(t *testing.T) {
	v := visit(local.StepIdentify)
	v.Person = gallery.Person()
	got := begun(v).View(at(1))
	for _, s := range []string{got.String(), got.LogValue().String()} {
		if strings.Contains(s, v.Person.Name) || !strings.Contains(s, "identify") {
			t.Errorf("a view logs as %q", s)
		}
	}
}

// The person agrees to the very words whose hash the request carries.
func TestConsentIsTheCataloguesText(t *testing.T) {
	s := begun(visit(local.StepIdentify))
	for range 2 {
		v := s.View(at(1))
		want := catalogue.ConsentText("H01", string(v.Settings.Lang))
		if got := text.Plain(v.Fine); got != want || want == "" {
			t.Errorf("%s: shows %q, the hash is of %q", v.Settings.Lang, got, want)
		}
		s.Tap("lang", at(1))
	}
	unknown := visit(local.StepIdentify)
	unknown.Service = "X99"
	if a, ok := begun(unknown).Tap("yes", at(1)); ok {
		t.Errorf("agreed to nothing: %s", a.Verb)
	}
}

func TestEverySpecialtyHasWords(t *testing.T) {
	for _, c := range catalogue.Specialties() {
		for _, l := range text.Langs() {
			if _, ok := l.Lookup(text.Key("specialty." + c.ID)); !ok {
				t.Errorf("%s: %s has no words", l, c.ID)
			}
		}
	}
}

func TestForgottenCardIsToldFirst(t *testing.T) {
	k := snap(nil)
	k.Kiosk.CardLeft = true
	s := model.New(start)
	s.Receive(k, at(0))
	if v := s.View(at(1)); v.Screen != model.Attract || v.Tone != model.Care || len(v.Buttons) != 0 {
		t.Errorf("%s with %d buttons", v.Screen, len(v.Buttons))
	}
	if a, ok := s.Tap("begin", at(1)); ok {
		t.Errorf("sent %s", a.Verb)
	}
}
