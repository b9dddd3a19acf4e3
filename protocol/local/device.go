package local

// DeviceState is how a device beside the card reader is.
type DeviceState struct {
	// Device is code-reader, finger-reader, printer or board; or case, for the
	// tamper switch.
	Device string `json:"device"`
	State  string `json:"state"` // as that of a PartState
	// Fault is why it is not ready. Its text is empty when that is nothing to the
	// person in front of the kiosk.
	Fault *Fault `json:"fault,omitempty"`
}
