package config

import (
	"time"

	"motcua/protocol/catalogue"
)

// Config is everything that kioskd is told; each section is a table of the file.
type Config struct {
	Device   Device   `toml:"device"`
	Identity Identity `toml:"identity"`
	Reader   Reader   `toml:"reader"`
	Devices  Devices  `toml:"devices"`
	Trust    Trust    `toml:"trust"`
	Duty     Duty     `toml:"duty"`
	Tickets  Tickets  `toml:"tickets"`
	Services Services `toml:"services"`
	// Vaccination is left out where no vaccination certificates are verified.
	Vaccination Vaccination `toml:"vaccination"`
	Signing     Signing     `toml:"signing"`
	Queue       Queue       `toml:"queue"`
	Audit       Audit       `toml:"audit"`
	Centre      Centre      `toml:"centre"`
	Local       Local       `toml:"local"`
	Visit       Visit       `toml:"visit"`
}

// Device says which kiosk this is and where it stands. ID, Facility and
// Province are levels of the centre's topics and are named in the device
// certificate too.
type Device struct {
	ID           string `toml:"id"`
	Facility     string `toml:"facility"`
	FacilityName string `toml:"facility_name"` // shown to people
	Province     string `toml:"province"`
	Demo         bool   `toml:"demo"` // invented cards and an invented centre: said on every screen
}

// Identity names the device's certificate and private key, both PEM.
type Identity struct {
	Certificate string `toml:"certificate"`
	Key         string `toml:"key"`
}

// Reader picks the card reader and says where its experience is kept. Reader names end in numbers that depend on slot
// and order: match a part of the name, never the whole.
type Reader struct {
	Match string `toml:"match"` // regular expression; empty: any reader
	// Habits is the file in which kioskd keeps what it learned about kinds of
	// cards; empty: nowhere.
	Habits string `toml:"habits"`
}

// Trust names what the kiosk trusts: a folder, or a signed bundle.
type Trust struct {
	CSCA string `toml:"csca"` // folder of issuing authorities' certificates and revocation lists
	// Bundle is a signed trust bundle, Key the PEM file of the key to check it
	// with, and Keep where the last good one is kept.
	Bundle string `toml:"bundle"`
	Key    string `toml:"key"`
	Keep   string `toml:"keep"`
}

// Duty names the roster of officers. Without it nobody is on duty.
type Duty struct {
	Roster string `toml:"roster"` // the signed list
	Key    string `toml:"key"`    // PEM file of the key to check it with
	Folder string `toml:"folder"` // where what must not be forgotten is kept
	// Secret is the file of the secret with which officers' fingers are sealed; empty:
	// finger.secret beside the device key.
	Secret string `toml:"secret"`
}

// Services are what this kiosk does for people.
type Services struct {
	// Offered are the catalogue's ids, in the order of the menu.
	Offered []string `toml:"offered"`
}

// Tickets are the numbers that this kiosk gives out by itself.
type Tickets struct {
	// Queues are the ids of those whose numbers the centre lends it; none: it gives
	// out no numbers.
	Queues []string `toml:"queues"`
}

// maxQueues bounds them.
const maxQueues = 64

// Vaccination names the key that checks the lists of signers and of revoked
// vaccination certificates, PEM. The lists come from the centre.
type Vaccination struct {
	Key string `toml:"key"`
}

// Signing says how officers' signing tokens are reached.
type Signing struct {
	// Module is the token maker's PKCS #11 module, a shared library, by its absolute
	// path; it is loaded into kioskd with the first signature. Empty: nobody signs here.
	Module string `toml:"module"`
}

// Queue is the durable queue of saved requests.
type Queue struct {
	File string `toml:"file"`
	// MaxItems is the most requests kept, MaxBytes the most bytes of them; visits are
	// refused before, and numbers go on.
	MaxItems int   `toml:"max_items"`
	MaxBytes int64 `toml:"max_bytes"`
	// ReserveBytes is the free space on the disk below which visits are refused.
	ReserveBytes int64 `toml:"reserve_bytes"`
}

// Document is the file of the newest of a document that the centre signs for
// everybody.
func (q Queue) Document(name string) string { return q.File + "." + name }

// Audit is the tamper-evident log of what the kiosk did.
type Audit struct {
	Folder string `toml:"folder"` // empty: the folder audit beside the queue's file
}

// Centre is the far end.
type Centre struct {
	Broker string `toml:"broker"` // tls://host:port
	// Fallback is another broker of the same centre, for when no connection to the
	// first one stands.
	Fallback string `toml:"fallback"`
	// Bearers are network interfaces to reach it over, the best first; none: as the
	// machine's routes say.
	Bearers    []string `toml:"bearers"`
	CA         string   `toml:"ca"`          // PEM: who may sign the broker's and the gateway's certificates
	Receipt    string   `toml:"receipt"`     // PEM: certificate that signs receipts and results
	Document   string   `toml:"document"`    // PEM: certificate that signs documents for everybody, or its authority
	ServiceKey string   `toml:"service_key"` // PEM: public key that requests are sealed to
}

// Local is the door for the kiosk's screen and tools.
type Local struct {
	Socket string `toml:"socket"`
}

// Visit holds the limits of a visit.
type Visit struct {
	// Idle is how long nobody may do anything before the screen asks whether
	// somebody is still there, and End how long it then waits for an answer.
	Idle time.Duration `toml:"idle"`
	End  time.Duration `toml:"end"`
	// AnswerWait is how long a person waits for the centre's answer before the
	// visit goes on without it.
	AnswerWait time.Duration `toml:"answer_wait"`
}

// Defaults are the values of keys that a file may leave out.
func Defaults() Config {
	return Config{
		Services: Services{Offered: []string{catalogue.CheckIn, catalogue.VerifyVaccine, catalogue.DossierStatus}},
		Queue:    Queue{MaxItems: 10_000, MaxBytes: 2 << 30, ReserveBytes: 64 << 20},
		Local:    Local{Socket: "/run/kioskd/kioskd.sock"},
		Visit:    Visit{Idle: time.Minute, End: 20 * time.Second, AnswerWait: 8 * time.Second},
	}
}
