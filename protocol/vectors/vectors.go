package vectors

import (
	"embed"
	"encoding/hex"
	"encoding/json"
	"fmt"
)

//go:embed *.json
var files embed.FS

// Hex is a byte string written in hexadecimal.
type Hex []byte

// UnmarshalText reads hexadecimal digits.
func (h *Hex) UnmarshalText(text []byte) error {
	b, err := hex.DecodeString(string(text))
	if err != nil {
		return fmt.Errorf("reading hexadecimal value: %w", err)
	}
	*h = b
	return nil
}

// BAC is ICAO Doc 9303 part 11, appendix D: basic access control and secure
// messaging with two-key triple DES.
type BAC struct {
	Source         string `json:"_source"`
	MRZInformation string `json:"mrzi"`
	KSeed          Hex    `json:"Kseed"`
	KEnc           Hex    `json:"Kenc"`
	KMac           Hex    `json:"Kmac"`
	RndIC          Hex    `json:"RND.IC"`
	RndIFD         Hex    `json:"RND.IFD"`
	KIFD           Hex    `json:"KIFD"`
	EIFD           Hex    `json:"EIFD"`
	MIFD           Hex    `json:"MIFD"`
	EIC            Hex    `json:"EIC"`
	MIC            Hex    `json:"MIC"`
	KSEnc          Hex    `json:"KSenc"`
	KSMac          Hex    `json:"KSmac"`
	SSC            Hex    `json:"SSC"`
	Messages       []struct {
		PlainCommand      Hex `json:"plain_c"`
		ProtectedCommand  Hex `json:"prot_c"`
		ProtectedResponse Hex `json:"prot_r"`
		PlainResponse     Hex `json:"plain_r"`
	} `json:"sm"`
}

// PACE is one worked example of appendices G, H and I.
type PACE struct {
	OID            Hex    `json:"oid"`
	ParameterID    int    `json:"paramId,string"`
	MRZInformation string `json:"mrzi"`
	// Nonce is s, EncryptedNonce is z.
	Nonce          Hex `json:"s"`
	EncryptedNonce Hex `json:"z"`
	// MapPrivate and MapPublic: step 2; absent in integrated mapping.
	MapPrivate Hex `json:"termMapPri"`
	MapPublic  Hex `json:"chipMapPub"`
	// EphemeralPrivate is the terminal's, EphemeralPublic the chip's: step 3.
	EphemeralPrivate Hex `json:"termEphPri"`
	EphemeralPublic  Hex `json:"chipEphPub"`
	// ChipMapPrivate and ChipPrivate are the chip's, given in some examples only.
	ChipMapPrivate Hex `json:"chipMapPri"`
	ChipPrivate    Hex `json:"chipEphPri"`
	// SharedSecret is K, given in some examples only.
	SharedSecret  Hex `json:"K"`
	KSEnc         Hex `json:"KSenc"`
	KSMac         Hex `json:"KSmac"`
	TokenTerminal Hex `json:"Tifd"`
	TokenChip     Hex `json:"Tic"`
	// Integrated mapping only: the terminal's nonce t, the pseudo-random
	// function's output R(s,t), the same modulo p, and the mapped generator.
	TerminalNonce Hex `json:"t"`
	PseudoRandom  Hex `json:"R"`
	PseudoRandomP Hex `json:"RmodP"`
	GeneratorX    Hex `json:"Gx"`
	GeneratorY    Hex `json:"Gy"`
	Generator     Hex `json:"G"` // in a prime field
	// PasswordKey is the key that encrypts the nonce, where no password is given.
	PasswordKey Hex `json:"Kpi"`
	// Chip authentication mapping only: the chip's static key, the chip
	// authentication data, and how they are sent.
	ChipPublic   Hex `json:"PK_IC_implied"`
	ChipKeyInfo  Hex `json:"ChipAuthenticationPublicKeyInfo"`
	ChipAuthData Hex `json:"CA_IC"`
	ChipData     Hex `json:"ecad_8A"`
}

// Names of the worked examples in [LoadPACE].
const (
	G1 = "G.1 ECDH-GM AES128 brainpoolP256r1"
	G2 = "G.2 DH-GM AES128 MODP1024/160"
	H1 = "H.1 ECDH-IM AES128 brainpoolP256r1"
	H2 = "H.2 DH-IM AES128 MODP1024/160"
	I1 = "I.1 ECDH-CAM AES128 brainpoolP256r1"
)

// OwnPACE is a run of PACE with other mappings, groups and ciphers than the
// worked examples have; the file says how it was computed.
type OwnPACE struct {
	Mapping string `json:"mapping"`
	Domain  string `json:"domain"`
	Suite   string `json:"suite"`
	CAN     string `json:"CAN"`
	// Generator is the mapped generator as a public key is encoded.
	PACE
}

// ChipAuthentication is the key agreement of chip authentication.
type ChipAuthentication struct {
	Domain      string `json:"domain"`
	Suite       string `json:"suite"`
	OID         Hex    `json:"oid"`
	ParameterID int    `json:"paramId,string"`
	ChipPublic  Hex    `json:"PK_IC"`
	ChipPrivate Hex    `json:"SK_IC"`
	// TerminalPrivate and TerminalPublic are the ephemeral key.
	TerminalPrivate Hex `json:"termEphPri"`
	TerminalPublic  Hex `json:"termEphPub"`
	SharedSecret    Hex `json:"K"`
	KSEnc           Hex `json:"KSenc"`
	KSMac           Hex `json:"KSmac"`
}

// Access are the project's own vectors of opening a chip.
type Access struct {
	Source             string               `json:"_source"`
	PACE               []OwnPACE            `json:"pace"`
	ChipAuthentication []ChipAuthentication `json:"chip_authentication"`
}

// LoadAccess returns the project's own vectors of opening a chip.
func LoadAccess() (Access, error) {
	var v Access
	return v, load("own_access.json", &v)
}

// CCCD is an invented Vietnamese card.
type CCCD struct {
	CAN            string   `json:"CAN"`
	MRZ            []string `json:"mrz"`
	MRZInformation string   `json:"mrz_information_BAC"`
	QR             string   `json:"qr_2021_front"`
	CardAccess     Hex      `json:"ef_cardaccess_hex"`
	DG1            Hex      `json:"dg1_hex"`
	DG13           Hex      `json:"dg13_hex"`
}

// LoadBAC returns the vectors of appendix D.
func LoadBAC() (BAC, error) {
	var v BAC
	return v, load("icao9303-11_bac_sm.json", &v)
}

// LoadPACE returns the worked example of that name.
func LoadPACE(name string) (PACE, error) {
	var all map[string]json.RawMessage
	if err := load("icao9303-11_pace.json", &all); err != nil {
		return PACE{}, err
	}
	raw, ok := all[name]
	if !ok {
		return PACE{}, fmt.Errorf("no worked example %q", name)
	}
	var v PACE
	if err := json.Unmarshal(raw, &v); err != nil {
		return PACE{}, fmt.Errorf("reading worked example %q: %w", name, err)
	}
	return v, nil
}

// LoadCCCD returns the invented card.
func LoadCCCD() (CCCD, error) {
	var v struct {
		Card CCCD `json:"cccd_synthetic"`
	}
	err := load("cccd_synthetic.json", &v)
	return v.Card, err
}

func load(name string, into any) error {
	b, err := files.ReadFile(name)
	if err != nil {
		return fmt.Errorf("reading vectors: %w", err)
	}
	if err := json.Unmarshal(b, into); err != nil {
		return fmt.Errorf("reading vectors %s: %w", name, err)
	}
	return nil
}
