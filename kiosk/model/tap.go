package model

import (
	"slices"
	"strings"
	"time"

	"motcua/protocol/catalogue"
	"motcua/protocol/local"
)

// Tap does what a tap on the target id means. The action, if there is one, is
// for kioskd; everything else stays here.
func (s *State) Tap(id string, now time.Time) (local.Action, bool) {
	s.touched = now
	if verb, ok := s.verbOf(id, now); ok {
		return s.act(verb, now), true
	}
	return s.own(id, now)
}

// verbOf finds the action of a target that is shown at now. What is not shown
// cannot be tapped: a late finger does nothing.
func (s *State) verbOf(id string, now time.Time) (local.Action, bool) {
	screen := s.screen(now)
	switch id {
	case "begin":
		return local.Action{Verb: local.VerbBegin}, screen == Attract && !s.snap.Kiosk.CardLeft
	case "submit":
		if screen == Key {
			return local.Action{Verb: local.VerbKey, Value: string(s.pad[:s.typed])}, s.typed == padLen
		}
		if screen == PIN || screen == Vouch {
			return local.Action{Verb: local.VerbPIN, Value: string(s.pad[:s.typed])}, s.typed == padLen
		}
		if screen == Token {
			return local.Action{Verb: local.VerbPIN, Value: string(s.entry.text)}, len(s.entry.text) > 0
		}
		if q, f, ok := s.asked(); screen == Question && ok {
			return local.Action{Verb: local.VerbAnswer, Field: q.Field, Value: s.entry.written(f)}, wayTo(q, f) != byPick && len(s.entry.text) > 0
		}
		return local.Action{Verb: local.VerbSubmit}, screen == Check
	case "here":
		return local.Action{Verb: local.VerbHere}, screen == Still
	case "yes":
		return local.Action{Verb: local.VerbYes}, (screen == Identify || screen == Agree) && s.agreeable() || screen == Consent || screen == Compare && s.picture() != nil
	case "no":
		return local.Action{Verb: local.VerbNo}, screen == Identify || screen == Consent || screen == Enrol || screen == Compare
	case "continue":
		return local.Action{Verb: local.VerbContinue}, screen == Insurance || screen == Problem || screen == Preview && s.previewed() || screen == Outcome || screen == About && s.withheld() == "" || screen == Done && s.visit().CheckIn
	case "back":
		return local.Action{Verb: local.VerbBack}, s.mayGoBack(screen)
	case "decline":
		return local.Action{Verb: local.VerbNo}, screen == Preview && s.previewed()
	case "skip":
		return local.Action{Verb: local.VerbAnswer, Field: questionOf(s.visit())}, screen == Question
	case "retry":
		return local.Action{Verb: local.VerbRetry}, screen == Insurance || screen == Problem || screen == Lookup
	case "other":
		return local.Action{Verb: local.VerbOtherWay}, screen == Problem || screen == PIN || screen == LayFinger || screen == Compare || screen == VouchFinger
	case "claim":
		return local.Action{Verb: local.VerbClaim}, (screen == Place || screen == About) && s.visit().Claim || screen == Problem
	case "name":
		return local.Action{Verb: local.VerbName}, (screen == Place || screen == About) && s.visit().Naming || screen == Problem
	case "enrol":
		return local.Action{Verb: local.VerbEnrol}, screen == Duty && s.fingerKept() == local.FingerNone
	case "forget":
		return local.Action{Verb: local.VerbForget}, screen == Duty && s.fingerKept() == local.FingerSealed
	case "clear":
		return local.Action{Verb: local.VerbClear}, screen == Duty && s.mayClear()
	case "print":
		return local.Action{Verb: local.VerbPrint}, screen == Verdict || screen == Done && s.reprintable()
	case "close":
		return local.Action{Verb: local.VerbClose}, screen == Duty
	case "finish":
		return local.Action{Verb: local.VerbFinish}, screen == Done || screen == Staff || screen == Problem || screen == Duty || screen == Verdict || screen == Lookup || screen == Outcome
	case "staff", "call": // in the bar, and among the exits of a problem
		return local.Action{Verb: local.VerbStaff}, s.visit() != nil && screen != Lost
	case "cancel":
		return local.Action{Verb: local.VerbCancel}, s.visit() != nil && screen != Lost
	}
	if service, ok := s.begins(id); ok {
		return local.Action{Verb: local.VerbBegin, Value: service}, screen == Attract && !s.snap.Kiosk.CardLeft
	}
	if service, ok := strings.CutPrefix(id, "service."); ok {
		return local.Action{Verb: local.VerbService, Value: service}, screen == Menu || screen == Officer || screen == Insurance && s.leadsTo(service) || screen == Lookup && s.visit().Lookup.Withdraw
	}
	if task, ok := strings.CutPrefix(id, "task."); ok {
		return local.Action{Verb: local.VerbTake, Value: task}, screen == Desk
	}
	if field, ok := strings.CutPrefix(id, "change."); ok && s.askedRow(field) {
		return local.Action{Verb: local.VerbChange, Field: field}, screen == Check
	}
	if _, f, _ := s.asked(); screen == Question && wayOf(f) == byPicks {
		return local.Action{}, false // picked here until all are
	}
	if choice, ok := choiceOf(id); ok && screen == Question {
		return local.Action{Verb: local.VerbAnswer, Field: questionOf(s.visit()), Value: choice}, true
	} else if ok {
		return local.Action{Verb: local.VerbAnswer, Field: s.field, Value: choice}, screen == Choose
	}
	return local.Action{}, false
}

// askedRow tells whether an answer that is checked is one to a question of a form.
func (s *State) askedRow(field string) bool {
	v := s.visit()
	return v != nil && slices.ContainsFunc(v.Answers, func(a local.Answer) bool { return a.Asked && a.Field == field })
}

// agreeable tells whether there are words to agree to, or nothing yet to agree to.
func (s *State) agreeable() bool {
	return s.agreesLater() && s.visit().Step == local.StepIdentify || catalogue.ConsentText(s.visit().Service, string(s.lang())) != ""
}

// act completes an action with what the person saw.
func (s *State) act(a local.Action, now time.Time) local.Action {
	a.Version, a.Lang = local.Version, string(s.set.Lang)
	if v := s.visit(); v != nil && a.Verb != local.VerbBegin {
		a.Visit, a.Step = v.ID, v.Step
	}
	switch a.Verb {
	case local.VerbKey, local.VerbPIN:
		s.wipePad()
		s.entry.wipe()
	case local.VerbCancel, local.VerbStaff:
		s.wipe()
	case local.VerbAnswer: // what was typed stays until it was taken: it may have to be mended
		if a.Step != local.StepQuestion {
			s.wipe()
		}
	default:
	}
	s.told = now
	return a
}

// own does what concerns only this screen, and tells kioskd now and then that
// somebody is there.
func (s *State) own(id string, now time.Time) (local.Action, bool) {
	screen := s.screen(now)
	switch {
	case id == "lang":
		s.set.Lang = s.set.Lang.Next()
	case id == "show":
		s.sheet = showSheet
	case id == "done" && screen == Show:
		s.sheet = noSheet
	case strings.HasPrefix(id, "size.") && screen == Show:
		s.set.Size = Size(strings.TrimPrefix(id, "size."))
	case strings.HasPrefix(id, "colours.") && screen == Show:
		s.set.Colours = Colours(strings.TrimPrefix(id, "colours."))
	case strings.HasPrefix(id, "change.") && screen == Check:
		s.sheet, s.field, s.page = chooseSheet, strings.TrimPrefix(id, "change."), 0
	case strings.HasPrefix(id, "group.") && screen == Menu:
		s.group, s.page = strings.TrimPrefix(id, "group."), 0
	case id == "services" && screen == Duty && len(s.services()) > 0:
		s.sheet, s.page = officerSheet, 0
	case id == "back" && screen == Officer:
		s.sheet = noSheet
	case id == "back" && screen == Menu:
		s.group, s.page = "", 0
	case id == "back" && screen == Check:
		s.page = max(0, s.page-1)
	case id == "more" && (screen == Check || screen == Choose || screen == Menu || screen == Question || screen == Lookup || screen == Officer || screen == Desk || screen == Preview):
		s.page++
	case id == "back" && screen == Choose:
		s.wipe()
	case strings.HasPrefix(id, "key.") && screen == Question:
		_, f, _ := s.asked()
		s.entry.press(f, strings.TrimPrefix(id, "key."))
	case strings.HasPrefix(id, "key.") && screen == Token:
		s.typePIN(strings.TrimPrefix(id, "key."))
	case strings.HasPrefix(id, "choice.") && screen == Question:
		s.entry.toggle(strings.TrimPrefix(id, "choice."))
	case strings.HasPrefix(id, "key.") && (screen == Key || screen == PIN || screen == Vouch):
		s.press(strings.TrimPrefix(id, "key."))
	default:
		return local.Action{}, false
	}
	if s.visit() == nil || now.Sub(s.told) < hereEvery {
		return local.Action{}, false
	}
	return s.act(local.Action{Verb: local.VerbHere}, now), true
}

// press types one key of the pad.
func (s *State) press(key string) {
	switch {
	case key == "del":
		if s.typed > 0 {
			s.typed--
			s.pad[s.typed] = 0
		}
	case s.typed < padLen && len(key) == 1:
		s.pad[s.typed] = key[0]
		s.typed++
	}
}

// expire gives the attract screen back to the next person.
func (s *State) expire(now time.Time) {
	if s.visit() == nil && now.Sub(s.touched) >= forget {
		s.set = s.start
		s.sheet = noSheet
	}
}
