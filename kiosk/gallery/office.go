package gallery

import (
	"strings"
	"time"

	"motcua/protocol/catalogue"
	"motcua/protocol/fault"
	"motcua/protocol/local"
)

// dutyServices is a session whose officer may do all there is.
func dutyServices() *local.Visit {
	v := dutyFinger(local.FingerSealed, "")
	v.Duty.Report = local.ReportReceived
	v.Duty.Services = []local.Offer{
		{Service: catalogue.VaccineSession},
		{Service: catalogue.AttestDoses},
		{Service: catalogue.VaccineCert, Withheld: local.WithheldFinger},
		{Service: catalogue.SigningDesk, Withheld: local.WithheldToken},
	}
	return v
}

// aboutOffice is what an officer is told before a service.
func aboutOffice(service string) *local.Visit {
	v := dutyServices()
	v.Step, v.Service, v.Finger, v.MayRemove, v.Acting = local.StepAbout, service, nil, false, true
	return v
}

// asWell is an officer who is asked for what is missing for a service.
func asWell(step local.Step) *local.Visit {
	v := aboutOffice(catalogue.VaccineSession)
	v.Step = step
	return v
}

// lots is the question for the lots of a vaccination session, of which two were scanned.
func lots() *local.Visit {
	v := visit(local.StepQuestion)
	v.Service, v.Acting = catalogue.VaccineSession, true
	v.Question = &local.Question{Field: "lots", Value: "LOT-0991\nLOT-0992", Skip: true, Back: true, Scan: true}
	return v
}

// closing is a vaccination session that is about to be closed.
func closing() *local.Visit {
	v := visit(local.StepCheck)
	v.Service, v.Acting = catalogue.VaccineSession, true
	v.Answers = []local.Answer{
		{Field: "act", Value: "close", Fixed: true}, {Field: "plan", Value: "PLAN-0990", Fixed: true},
	}
	return v
}

func office(step local.Step, o local.Office) *local.Visit {
	v := visit(step)
	v.Service, v.Acting, v.Office = catalogue.SigningDesk, true, &o
	return v
}

func tasks() []local.Task {
	return []local.Task{
		{
			ID: strings.Repeat("09a9", 16), Kind: "birth-extract", Title: "Trích lục khai sinh: NGUYỄN THỊ MẪU", Pages: 2, Due: Now().Add(26 * time.Hour).UnixMilli(),
			Preview: "Số 0990/TLKS\nHọ tên: NGUYỄN THỊ MẪU\nNgày sinh: 02/03/2026\nNơi sinh: Bệnh viện Đa khoa Hoa Sen",
		},
		{ID: strings.Repeat("0b", 32), Kind: "death-extract", Title: "Trích lục khai tử: TRẦN VĂN MẪU", Pages: 1, Taken: true},
		{ID: strings.Repeat("0c", 32), Kind: "birth-extract", Title: "Trích lục khai sinh: LÊ VĂN THỬ", Pages: 1, Settled: true},
	}
}

func batch() *local.Task {
	return &local.Task{ID: strings.Repeat("09a9", 16), Kind: local.TaskBatch, Plan: "PLAN-0990", Session: strings.Repeat("0a99", 8), Records: 37}
}

func tokenFault(c fault.Code) *local.Fault {
	return &local.Fault{Code: c, TextKey: fault.Lookup(c).TextKey}
}

func outcome(o local.Outcome) *local.Visit {
	return office(local.StepOutcome, local.Office{Outcome: &o})
}

func vaccineSession() *local.VaccineSession {
	return &local.VaccineSession{
		ID: strings.Repeat("0a99", 8), Plan: "PLAN-0990", Lots: []string{"LOT-0991", "LOT-0992"}, Until: Now().Add(9 * time.Hour).UnixMilli(), Most: 40,
		Doses: 37, Batch: strings.Repeat("09a9", 16), Records: 37,
	}
}

func revoked() local.Outcome {
	return local.Outcome{
		Word: local.OutcomeRevoked, No: "URN:UVCI:01:VN:0990ABCDEF",
		VI: "1 chứng nhận không còn giá trị; các máy nhận được trong vòng một phút.", EN: "1 certificates count no more; kiosks hear of it within a minute.",
	}
}

func refused() local.Outcome {
	return local.Outcome{
		Word: local.OutcomeRefused, Reason: "plan-not-approved",
		VI: "Kế hoạch tiêm chưa được duyệt.", EN: "The plan is not approved.",
	}
}
