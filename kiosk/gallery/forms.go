package gallery

import (
	"time"

	"motcua/protocol/catalogue"
	"motcua/protocol/local"
)

// hospital and ward are what two kinds of kiosks offer.
func hospital() []string {
	return []string{catalogue.CheckIn, catalogue.PharmacyTicket, catalogue.ResultReady, catalogue.LodgingNotice, catalogue.Feedback}
}

func ward() []string {
	return []string{
		catalogue.LodgingNotice, catalogue.StayNotice, catalogue.Residence, catalogue.CivilExtract, catalogue.Supplement, catalogue.CriminalRecord,
		catalogue.ElectronicID, catalogue.Discrepancy, catalogue.Pension, catalogue.BenefitStatus, catalogue.Feedback,
	}
}

// offering is a kiosk with a menu.
func offering(services ...string) local.Kiosk {
	k := Kiosk()
	for _, id := range services {
		k.Services = append(k.Services, local.Offer{Service: id})
	}
	return k
}

// without is a kiosk with a menu that has lost its connection.
func without(k local.Kiosk) local.Kiosk {
	k.Online = false
	for i, o := range k.Services {
		if svc, ok := catalogue.Lookup(o.Service); ok && svc.Offline == catalogue.OfflineNever {
			k.Services[i].Withheld = local.WithheldOffline
		}
	}
	return k
}

// withdrawing is a slip whose holder may take consent back.
func withdrawing() *local.Visit {
	v := lookup(local.LookupReceived, time.Hour, 50*time.Minute)
	v.Lookup.Withdraw = true
	return v
}

// lacking is a hospital's kiosk that gives out numbers, without its card reader or
// without room for requests.
func lacking(part local.Withheld) local.Kiosk {
	k := offering(append(hospital(), catalogue.QueueTicket)...)
	k.Reader = part != local.WithheldReader
	for i, o := range k.Services {
		if o.Service != catalogue.QueueTicket && (part == local.WithheldFull || o.Service != catalogue.Feedback) {
			k.Services[i].Withheld = part
		}
	}
	return k
}

// about is a visit about a service, in which no card lies there.
func about(service string, step local.Step) *local.Visit {
	v := visit(step)
	svc, _ := catalogue.Lookup(service)
	v.Service, v.CardPresent = service, false
	v.Desk = svc.Evidence == "E3" || svc.Evidence == "E4"
	return v
}

// identifyFor asks who it is for a service that a card proves too little for.
func identifyFor(service string) *local.Visit {
	v := identify(true)
	v.Service, v.Desk = service, true
	return v
}

func question(service string, q local.Question) *local.Visit {
	v := about(service, local.StepQuestion)
	v.Question = &q
	return v
}

// checkForm is a form of questions that has been answered.
func checkForm() *local.Visit {
	v := about(catalogue.Residence, local.StepCheck)
	v.Answers = []local.Answer{{Field: "name", Value: Person().Name}}
	for _, a := range [][2]string{
		{"type", "temporary"}, {"address", "Số 9, đường Mẫu, xã Ea Mẫu, huyện Krông Mẫu"}, {"home", "own"}, {"until", "30/06/2026"}, {"phone", "0990000123"},
	} {
		v.Answers = append(v.Answers, local.Answer{Field: a[0], Value: a[1], Asked: true})
	}
	return v
}

func groups() []string {
	var ids []string
	for _, c := range catalogue.Groups() {
		ids = append(ids, c.ID)
	}
	return ids
}

// queues are some whose numbers the kiosk gives out; the last has none left.
func queues() []local.Queue {
	return []local.Queue{
		{ID: "internal", VI: "Nội tổng hợp", EN: "Internal medicine"},
		{ID: "surgery", VI: "Ngoại", EN: "Surgery"},
		{ID: "obstetrics", VI: "Sản, phụ khoa", EN: "Obstetrics and gynaecology"},
		{ID: "eye", VI: "Mắt", EN: "Eyes", Dry: true},
	}
}

// forQueue asks which queue.
func forQueue() *local.Visit {
	q := local.Question{Field: "queue", Queues: queues()}
	for _, of := range q.Queues {
		q.Choices = append(q.Choices, of.ID)
	}
	return question(catalogue.QueueTicket, q)
}

// forGroup asks whether somebody is called first.
func forGroup() *local.Visit {
	return question(catalogue.QueueTicket, local.Question{Field: "group", Choices: append([]string{"none"}, groups()[:5]...), Back: true})
}

// taken is the end of a visit for a number; how many wait before is known, or not yet.
func taken(service string, unknown bool) *local.Visit {
	v := done(local.Receipt{LocalNo: "12", Saved: true}, &local.Ticket{Number: "AB007", Room: "104", Floor: "1", Unknown: unknown, Queue: &queues()[0]}, false)
	v.Service, v.Slip = service, local.SlipPrinted
	if !unknown {
		v.Ticket.Ahead, v.Ticket.Wait = 4, 24
	}
	return v
}

// dry is a kiosk whose numbers are used up.
func dry() local.Kiosk {
	k := offering(catalogue.QueueTicket)
	k.Services[0].Withheld = local.WithheldNumbers
	return k
}

// filed is the end of a visit whose request an office has taken.
func filed() *local.Visit {
	v := done(local.Receipt{LocalNo: "12", Saved: true, Received: true, No: "R-2048"}, nil, false)
	svc, _ := catalogue.Lookup(catalogue.StayNotice)
	v.Service, v.Filed = svc.ID, &local.Filed{No: "w001-C05-251124-0012", Next: svc.Next.VI}
	v.Slip = local.SlipPrinted
	return v
}

// ofForm is the end of a visit with a form that no office has answered yet.
func ofForm(r local.Receipt) *local.Visit {
	v := done(r, nil, false)
	v.Service, v.Slip = catalogue.Residence, local.SlipPrinted
	return v
}
