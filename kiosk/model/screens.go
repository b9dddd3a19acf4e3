package model

import (
	"fmt"
	"slices"
	"time"

	"motcua/kiosk/text"
	"motcua/protocol/catalogue"
	"motcua/protocol/local"
)

// View is what the screen shows at now.
func (s *State) View(now time.Time) View {
	s.expire(now)
	v := View{Settings: s.set, Tone: Calm}
	v.Screen = s.screen(now)
	s.fill(&v, now)
	if n := s.codeNotice(); n != nil && v.Screen != Lost && v.Screen != Still && v.Screen != Show && v.Screen != Closed {
		v.Notice = n // it stands for seconds only
	}
	v.Frame = s.frame(v.Screen, now)
	return v
}

// Screen is the name of the screen shown at now.
func (s *State) screen(now time.Time) Screen {
	switch {
	case !s.linked:
		return Lost
	case s.warns(now):
		return Still
	case s.sheet == showSheet:
		return Show
	case s.visit() != nil:
		return s.stepScreen()
	case s.snap.Kiosk.Fault != nil:
		return Closed
	}
	return Attract
}

func (s *State) warns(now time.Time) bool {
	_, on := s.warning(now)
	return on
}

// stepScreen gives each step its screen; a step from a newer kioskd is told as a
// problem, which always has staff as an exit.
func (s *State) stepScreen() Screen {
	switch s.visit().Step {
	case local.StepMenu:
		return Menu
	case local.StepAbout:
		return About
	case local.StepQuestion:
		return Question
	case local.StepAgree:
		return Agree
	case local.StepPlace:
		return Place
	case local.StepKey:
		return Key
	case local.StepReading:
		return Reading
	case local.StepIdentify:
		return Identify
	case local.StepAsking:
		return Asking
	case local.StepInsurance:
		return Insurance
	case local.StepCheck:
		if s.sheet == chooseSheet {
			return Choose
		}
		return Check
	case local.StepSending:
		return Sending
	case local.StepDone:
		return Done
	case local.StepStaff:
		return Staff
	case local.StepVerdict:
		return Verdict
	case local.StepLooking:
		return Looking
	case local.StepLookup:
		return Lookup
	case local.StepPIN:
		return PIN
	case local.StepPINCheck:
		return PINCheck
	case local.StepFinger:
		return LayFinger
	case local.StepDuty:
		if s.sheet == officerSheet {
			return Officer
		}
		return Duty
	case local.StepDesk:
		return Desk
	case local.StepPreview:
		return Preview
	case local.StepToken:
		return Token
	case local.StepSigning:
		return Signing
	case local.StepWaiting:
		return Waiting
	case local.StepOutcome:
		return Outcome
	case local.StepConsent:
		return Consent
	case local.StepEnrol:
		return Enrol
	case local.StepCompare:
		return Compare
	case local.StepVouch:
		return Vouch
	case local.StepVouchFinger:
		return VouchFinger
	case local.StepVouchCheck:
		return VouchCheck
	case local.StepProblem:
		return Problem
	}
	return Problem
}

// fill gives the screen its words.
func (s *State) fill(v *View, now time.Time) {
	switch v.Screen {
	case Attract:
		s.attract(v)
	case Menu:
		s.menu(v)
	case About:
		s.about(v)
	case Question:
		s.question(v)
	case Agree:
		s.agree(v)
	case Place:
		s.place(v)
	case Key:
		s.keyPad(v)
	case Reading:
		s.reading(v)
	case Identify:
		s.identify(v)
	case Asking:
		s.waiting(v, now, text.AskingTitle, text.AskingLead, text.AskingSlow)
	case Insurance:
		s.insurance(v)
	case Check:
		s.check(v)
	case Choose:
		s.choose(v)
	case Sending:
		s.waiting(v, now, text.SendingTitle, text.SendingLead, text.SendingSlow)
	case Done:
		s.done(v)
	case Problem:
		s.problem(v)
	case Staff:
		s.message(v, text.StaffTitle, text.StaffLead, ArtDesk)
		v.Tone = Good
		v.Buttons = []Button{s.button("finish", text.ExitCancel, IconNone, Secondary)}
	case Verdict:
		s.verdict(v, now)
	case Looking:
		title := text.LookingTitle
		switch {
		case s.comes():
			title = text.ArrivalLooking
		case s.visit().Draft:
			title = text.LookingDraft
		case s.visit().Person != nil:
			title = text.LookingDossiers
		}
		s.waiting(v, now, title, text.LookingLead, text.LookingSlow)
	case Lookup:
		s.lookup(v, now)
	case PIN:
		s.pinPad(v)
	case Compare:
		s.compare(v)
	case Vouch:
		s.vouchPIN(v)
	case VouchFinger:
		s.vouchFinger(v)
	case PINCheck, VouchCheck:
		s.waiting(v, now, text.PINCheckTitle, text.PINCheckLead, text.PINCheckSlow)
	case LayFinger:
		s.layFinger(v)
	case Duty:
		s.duty(v, now)
	case Officer:
		s.officer(v)
	case Desk:
		s.desk(v)
	case Preview:
		s.preview(v, now)
	case Token:
		s.token(v)
	case Signing:
		s.waiting(v, now, text.SigningTitle, text.SigningLead, text.SigningSlow)
	case Waiting:
		s.waiting(v, now, text.WaitingTitle, text.WaitingLead, text.WaitingSlow)
	case Outcome:
		s.outcome(v, now)
	case Consent:
		s.fingerConsent(v)
	case Enrol:
		s.enrol(v)
	case Closed:
		s.closed(v)
	case Lost:
		s.message(v, text.LostTitle, text.LostLead, ArtRest)
	case Still:
		s.still(v, now)
	case Show:
		s.show(v)
	}
}

func (s *State) message(v *View, title, lead text.Key, art Art) {
	v.Title, v.Lead, v.Art = s.lang().Say(title), s.lang().Say(lead), art
}

func (s *State) button(id string, k text.Key, icon Icon, kind Kind) Button {
	label := s.lang().Say(k)
	return Button{ID: id, Label: label, Spoken: text.Plain(label), Icon: icon, Kind: kind}
}

func (s *State) attract(v *View) {
	if s.snap.Kiosk.CardLeft {
		s.message(v, text.LeftTitle, text.LeftLead, ArtTake)
		v.Tone = Care
		return
	}
	if s.numbersOnly() {
		s.attractNumbers(v)
		return
	}
	if missing := s.missing(); missing != "" {
		s.attractPart(v, missing)
		return
	}
	s.message(v, text.AttractTitle, text.AttractLead, ArtWelcome)
	v.Buttons = []Button{s.button("begin", text.AttractBegin, IconArrow, Primary)}
	if !s.snap.Kiosk.Online {
		v.Notice = &Notice{Calm, IconCloud, s.lang().Say(text.AttractSaved)}
	}
	if menu := s.snap.Kiosk.Services; len(menu) > 1 {
		v.Lead = s.lang().Say(text.AttractMany)
		v.Buttons = []Button{s.button("begin", text.AttractChoose, IconArrow, Primary)}
		if !slices.ContainsFunc(menu, func(o local.Offer) bool { return o.Service == catalogue.CheckIn }) {
			v.Title = s.lang().Say(text.AttractWelcome)
			if v.Notice != nil {
				v.Notice.Text = s.lang().Say(text.AttractQueued)
			}
		}
	}
}

func (s *State) closed(v *View) {
	s.message(v, text.ClosedTitle, text.ClosedLead, ArtRest)
	v.Notice = &Notice{Calm, IconPerson, s.lang().Say(text.FaultClosedNearest)}
	if f := s.snap.Kiosk.Fault; f != nil {
		v.Small = s.lang().Say(text.FaultClosedTechnician, text.Fill("code", string(f.Code)))
	}
	if s.snap.Kiosk.Officers {
		v.Small += ". " + s.lang().Say(text.FaultClosedOfficer)
	}
}

// waiting shows that something goes on, and after ten seconds why it takes long.
func (s *State) waiting(v *View, now time.Time, title, lead, why text.Key) {
	s.message(v, title, lead, ArtWait)
	waited := now.Sub(s.since)
	v.Pulse = int(waited/(500*time.Millisecond)) % 3
	if waited >= slow {
		v.Notice = &Notice{Calm, IconShield, s.lang().Say(why)}
	}
}

func (s *State) still(v *View, now time.Time) {
	s.message(v, text.StillTitle, text.StillLead, ArtClock)
	v.Count, _ = s.warning(now)
	v.Lead = s.lang().Say(text.StillLead, text.Fill("n", fmt.Sprint(v.Count)))
	v.Buttons = []Button{
		s.button("here", text.StillYes, IconPerson, Primary),
		s.button("cancel", text.StillNo, IconNone, Secondary),
	}
}

func (s *State) show(v *View) {
	l := s.lang()
	v.Title = l.Say(text.ShowTitle)
	pick := func(id string, k text.Key, icon Icon, chosen bool) Button {
		b := s.button(id, k, icon, Choice)
		if b.Selected = chosen; chosen {
			b.Spoken += ", " + l.Say(text.ShowSelected)
		}
		return b
	}
	v.Groups = []Group{
		{l.Say(text.ShowSize), []Button{
			pick("size.normal", text.ShowNormal, IconNone, s.set.Size == Normal),
			pick("size.large", text.ShowLarge, IconNone, s.set.Size == Large),
		}},
		{l.Say(text.ShowColours), []Button{
			pick("colours.light", text.ShowLight, IconSun, s.set.Colours == Light),
			pick("colours.dark", text.ShowDark, IconMoon, s.set.Colours == Dark),
		}},
	}
	v.Buttons = []Button{s.button("done", text.ShowDone, IconCheck, Primary)}
}

// frame is what surrounds the screen: the bar's buttons depend on what the step
// takes, never on where there is room.
func (s *State) frame(screen Screen, now time.Time) Frame {
	f := Frame{Facility: s.snap.Kiosk.Facility}
	if s.snap.Kiosk.Demo {
		f.Demo = s.lang().Say(text.Demo)
	}
	if screen == Attract || screen == Closed {
		f.Time, f.Date = now.Format("15:04"), s.date(now)
	}
	f.Progress = s.progress(screen)
	if screen == Lost || screen == Show || screen == Still {
		return f
	}
	f.Bar[1] = s.barButton("lang", text.BarLang, text.BarLangSaid, IconGlobe)
	f.Bar[2] = s.barButton("show", text.BarDisplay, text.BarShowSaid, IconAa)
	if s.visit() == nil || screen == Sending || screen == PINCheck || screen == VouchCheck || screen == Signing {
		return f
	}
	f.Bar[0] = s.barButton("cancel", text.BarEnd, text.BarEndSaid, IconEnd)
	if screen != Staff {
		f.Bar[3] = s.barButton("staff", text.BarStaff, text.BarCallSaid, IconBell)
	}
	return f
}

func (s *State) barButton(id string, label, spoken text.Key, icon Icon) Button {
	b := s.button(id, label, icon, Secondary)
	b.Spoken = text.Plain(s.lang().Say(spoken))
	return b
}

func (s *State) date(now time.Time) string {
	days := [...]text.Key{text.Day0, text.Day1, text.Day2, text.Day3, text.Day4, text.Day5, text.Day6}
	return s.lang().Say(days[now.Weekday()]) + ", " + text.Unbroken(text.Isolate(now.Format("02/01/2006")))
}
