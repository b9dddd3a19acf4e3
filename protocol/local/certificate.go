package local

// Certificate is what a vaccination certificate is worth. It says nothing about the
// person: whom it was held against stands in front of the screen.
type Certificate struct {
	// Status is that of protocol/code/hc1, the gravest: valid, expired, not-yet-valid,
	// not-holder, revoked, untrusted-issuer, tampered, list-too-old.
	Status string `json:"status"`
	// Also are the others, less grave.
	Also []string `json:"also,omitempty"`
	// ListsAt is when the older one of the lists was issued, unix milliseconds; 0 when
	// one of them is missing.
	ListsAt int64 `json:"lists_at,omitempty"`
	// Print: the verdict can be printed.
	Print bool `json:"print,omitempty"`
}
