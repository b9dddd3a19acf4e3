package gallery

import (
	"time"

	"motcua/protocol/catalogue"
	"motcua/protocol/fault"
	"motcua/protocol/local"
)

// officersOnly is a kiosk whose case was open.
func officersOnly() local.Kiosk {
	k := Kiosk()
	k.Officers = true
	k.Fault = &local.Fault{Code: fault.CaseOpened, TextKey: fault.Lookup(fault.CaseOpened).TextKey}
	return k
}

// fingerless is a kiosk whose finger reader was pulled.
func fingerless() local.Kiosk {
	k := Kiosk()
	k.Devices = []local.DeviceState{{Device: "finger-reader", State: "gone", Fault: &local.Fault{Code: fault.FingerGone}}}
	return k
}

func pin(wrong int) *local.Visit {
	v := visit(local.StepPIN)
	v.Key, v.MayRemove = &local.KeyPrompt{Failed: wrong, Left: -1}, true
	return v
}

// attended is a visit at which an officer is to compare the person with the card.
func attended(step local.Step) *local.Visit {
	v := visit(step)
	v.Service, v.Attended, v.Person, v.MayRemove = catalogue.Pension, true, Person(), true
	return v
}

func comparing(p *local.Picture, code fault.Code) *local.Visit {
	v := attended(local.StepCompare)
	v.Compare = &local.Compare{Picture: p}
	if code != "" {
		v.Compare.Fault = &local.Fault{Code: code, TextKey: fault.Lookup(code).TextKey}
	}
	return v
}

func vouching(wrong int) *local.Visit {
	v := attended(local.StepVouch)
	v.Key = &local.KeyPrompt{Failed: wrong, Left: -1}
	return v
}

// unopened is a kiosk at which no vaccination session is open.
func unopened() local.Kiosk {
	k := Kiosk()
	k.Services = []local.Offer{{Service: catalogue.RecordDose, Withheld: local.WithheldSession}}
	return k
}

// lot asks for the lot of a dose, of which the session has three.
func lot(problem string) *local.Visit {
	v := about(catalogue.RecordDose, local.StepQuestion)
	v.Question = &local.Question{Field: "lot", Problem: problem, Choices: []string{"LOT-0991", "LOT-0992", "LOT-0993"}, Scan: true, Back: true}
	return v
}

func tooEarly() *local.Visit {
	v := problem(fault.Refused, local.VerbStaff)
	v.Problem.Said = &local.Said{VI: "Chưa đủ khoảng cách với mũi trước.", EN: "It is too early after the dose before."}
	return v
}

// issued ends a visit with a vaccination certificate on a slip.
func issued(s local.SlipState) *local.Visit {
	v := about(catalogue.VaccineCert, local.StepDone)
	v.Receipt = &local.Receipt{LocalNo: "12", Saved: true, Received: true, No: "R-2048"}
	v.Issued, v.Slip = &local.Issued{ID: "URN:UVCI:01:VN:0990", Until: "24/11/2026"}, s
	return v
}

// pinInstead asks for the PIN, because no finger will do.
func pinInstead(w local.FingerWord) *local.Visit {
	v := pin(0)
	v.Finger = &local.Finger{Word: w}
	return v
}

func duty() *local.Visit {
	v := visit(local.StepDuty)
	v.MayRemove = true
	v.Duty = &local.Duty{Ref: "op-17", Role: "officer", Until: Now().Add(12 * time.Hour)}
	return v
}

// onFinger is an officer's visit at a step that has to do with a finger.
func onFinger(step local.Step, f local.Finger) *local.Visit {
	v := visit(step)
	v.MayRemove, v.Finger = true, &f
	return v
}

// dutyFinger is a session whose officer may have a finger kept, or has.
func dutyFinger(kept local.FingerKept, word local.FingerWord) *local.Visit {
	v := duty()
	v.Duty.Finger, v.Finger = kept, &local.Finger{Word: word}
	return v
}

// caseOpened is an officer's visit at a kiosk whose case was open.
func caseOpened() *local.Visit {
	v := duty()
	v.Duty.CaseOpened = true
	return v
}
