package gallery

import (
	"motcua/protocol/catalogue"
	"motcua/protocol/fault"
	"motcua/protocol/local"
)

// ladder are the screens of an insured check-in by who cannot have the chip read.
func ladder() []Example {
	k := Kiosk()
	place := about(catalogue.CheckIn, local.StepPlace)
	place.Naming = true
	readerless := about(catalogue.CheckIn, local.StepAbout)
	readerless.Naming = true
	asked := unasked(local.StepInsurance)
	held := unasked(local.StepDone)
	held.Receipt, held.Slip = &local.Receipt{LocalNo: "12", Saved: true, Received: true, No: "R-2048", Held: true}, local.SlipPrinted
	kept := unasked(local.StepDone)
	kept.Receipt = &local.Receipt{LocalNo: "12", Saved: true}
	return []Example{
		{Name: "ladder-place", Visit: place, Kiosk: k},
		{Name: "ladder-no-reader", Visit: readerless, Kiosk: lacking(local.WithheldReader)},
		{Name: "ladder-unreadable", Visit: problem(fault.Unreadable, local.VerbRetry, local.VerbOtherWay, local.VerbStaff, local.VerbName), Kiosk: k},
		{Name: "ladder-blocked", Visit: problem(fault.KeyBlocked, local.VerbStaff, local.VerbName), Kiosk: k},
		{Name: "ladder-number", Visit: question(catalogue.CheckIn, local.Question{Field: catalogue.HolderWords()[0], Back: true}), Kiosk: k},
		{Name: "ladder-identify", Visit: unasked(local.StepIdentify), Kiosk: k},
		{Name: "ladder-insurance", Visit: asked, Kiosk: k},
		{Name: "ladder-held", Visit: held, Kiosk: k},
		{Name: "ladder-kept", Visit: kept, Kiosk: offline()},
	}
}

// unasked is the check-in of whom no chip has named.
func unasked(step local.Step) *local.Visit {
	v := about(catalogue.CheckIn, step)
	p := Person()
	p.Verdict, p.Level = "none", "E1"
	v.Person = p
	if step != local.StepIdentify {
		v.Insurance = &local.Insurance{Class: "reception", TextKey: "insurance.unasked"}
	}
	return v
}
