package catalogue

import (
	"slices"
	"sync"
	"time"

	"motcua/protocol/request"
)

// Role says who asks for a service.
type Role string

// Roles.
const (
	RoleCitizen Role = "citizen"
	RoleOfficer Role = "officer" // an officer, with their own card
	RoleDevice  Role = "device"  // the kiosk itself
)

// Offline says what a service can do while there is no connection to the centre.
type Offline string

// Rules for working offline.
const (
	OfflineNever  Offline = "never"  // not offered
	OfflineTicket Offline = "ticket" // the person gets a receipt for the desk, nothing is done
	OfflineQueue  Offline = "queue"  // the request is kept and sent later; the person gets a receipt
	OfflineLocal  Offline = "local"  // done at the kiosk; the centre is told later
	OfflineCached Offline = "cached" // answered from what is known, with its age
)

// Flow says how a service is carried out at the kiosk.
type Flow string

// Flows.
const (
	FlowOwn     Flow = "own"     // screens and steps of its own
	FlowGeneric Flow = "generic" // the questions of its form, one after the other
)

// Template is what is printed at the end.
type Template string

// Templates.
const (
	PrintNothing     Template = ""
	PrintTicket      Template = "ticket"      // a number that will be called
	PrintReceipt     Template = "receipt"     // the number of a request, and what happens next
	PrintCertificate Template = "certificate" // with a code that others verify
)

// Demand is what the centre wants to see before it takes a request.
type Demand struct {
	Role Role
	// Evidence is the least the centre takes: of the person, or of the officer when
	// the service is one of officers.
	Evidence request.Level
	// Subject: the request is about a person, who is named in it.
	Subject bool
	// Duty: the request names the officer in whose open duty session it was made.
	Duty bool
}

// Act is an answer in the form that changes the demand.
type Act struct {
	Field, Choice string
	Demand        Demand
	// Alone: a request with this answer asks and changes nothing, so that none is the
	// same as another, whatever the key.
	Alone bool
}

// Service is one service.
type Service struct {
	ID   string
	Name Text
	Demand
	// Acts are the answers that demand something else.
	Acts []Act
	// Attested: for what leaves nothing behind that the centre could check, which
	// is chip authentication and live comparison, the device's signed word is taken.
	Attested bool
	Offline  Offline
	// Fresh is how old what is answered offline may be, with [OfflineLocal] and
	// [OfflineCached]; zero where age does not matter.
	Fresh time.Duration
	// Priority is the class in the queue: 0 is sent first.
	Priority uint8
	// Expiry is how long after its making a request is still worth answering.
	Expiry time.Duration
	// Key makes two requests the same: the centre gives the second the answer of
	// the first. Empty: every request stands alone.
	Key []KeyPart
	// Purposes are what the person consents to; none: there is nothing to agree to.
	Purposes []string
	Fields   []Field
	// Flat are the people whose number, name and birth are fields of their own.
	Flat []Other
	Flow Flow
	// Ladder: who cannot have the chip read goes on with a claim (E1), by the code of the
	// card or in words, which the centre holds for the desk although less than Evidence.
	Ladder bool
	// Ready: a kiosk can carry the service out today.
	Ready bool
	Print Template
	// Bring is what the person has to have with them, Next what happens afterwards,
	// Due by when, and Fee what it costs; empty where it is not known.
	Bring, Next, Due, Fee Text
}

// all is the catalogue, made once: whoever gets a part of it changes nothing in it.
var all = sync.OnceValue(func() []Service {
	return slices.Concat(hospital(), vaccination(), civil(), social(), operations())
})

// Services lists every service, by id.
func Services() []Service { return slices.Clone(all()) }

// Offered lists the services that a kiosk can carry out today.
func Offered() []Service {
	return slices.DeleteFunc(Services(), func(s Service) bool { return !s.Ready })
}

// Lookup finds a service.
func Lookup(id string) (Service, bool) {
	list := all()
	i := slices.IndexFunc(list, func(s Service) bool { return s.ID == id })
	if i < 0 {
		return Service{}, false
	}
	return list[i], true
}

// Field finds a field of the form.
func (s Service) Field(id string) (Field, bool) {
	i := slices.IndexFunc(s.Fields, func(f Field) bool { return f.ID == id })
	if i < 0 {
		return Field{}, false
	}
	return s.Fields[i], true
}

// With is what the service demands of a form, whose answers are told by choice.
func (s Service) With(choice func(field string) string) Demand {
	for _, a := range s.Acts {
		if choice(a.Field) == a.Choice {
			return a.Demand
		}
	}
	return s.Demand
}

// Alone tells whether a request with a form, whose answers are told by choice, stands
// alone: the service has no key, or the answer asks for nothing that could be done twice.
func (s Service) Alone(choice func(field string) string) bool {
	return len(s.Key) == 0 || slices.ContainsFunc(s.Acts, func(a Act) bool { return a.Alone && choice(a.Field) == a.Choice })
}

// Demands.
func citizen(least request.Level) Demand {
	return Demand{Role: RoleCitizen, Evidence: least, Subject: true}
}

// anonymous: anybody who holds the paper, or nobody in particular.
func anonymous(least request.Level) Demand { return Demand{Role: RoleCitizen, Evidence: least} }

// attended: a citizen's service at which an officer is present by their session.
func attended(least request.Level) Demand {
	return Demand{Role: RoleCitizen, Evidence: least, Subject: true, Duty: true}
}

// onDuty: an officer acts, in their session.
func onDuty(least request.Level) Demand {
	return Demand{Role: RoleOfficer, Evidence: least, Duty: true}
}
