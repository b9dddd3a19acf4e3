package lds

import "log/slog"

// What these types hold is about a person: logs and messages get a label.

// LogValue keeps a person out of the logs.
func (Text) LogValue() slog.Value { return slog.StringValue("[text]") }

// String keeps a person out of messages.
func (Text) String() string { return "[text]" }

// GoString keeps a person out of %#v.
func (Text) GoString() string { return "[text]" }

// LogValue keeps a person out of the logs.
func (Name) LogValue() slog.Value { return slog.StringValue("[name]") }

// String keeps a person out of messages.
func (Name) String() string { return "[name]" }

// GoString keeps a person out of %#v.
func (Name) GoString() string { return "[name]" }

// LogValue keeps a person out of the logs.
func (Date) LogValue() slog.Value { return slog.StringValue("[date]") }

// String keeps a person out of messages; [Date.Vietnamese] is the date.
func (Date) String() string { return "[date]" }

// GoString keeps a person out of %#v.
func (Date) GoString() string { return "[date]" }

// LogValue keeps a person out of the logs.
func (PersonalDetails) LogValue() slog.Value { return slog.StringValue("[DG11]") }

// String keeps a person out of messages.
func (PersonalDetails) String() string { return "[DG11]" }

// GoString keeps a person out of %#v.
func (PersonalDetails) GoString() string { return "[DG11]" }

// LogValue keeps a person out of the logs.
func (DocumentDetails) LogValue() slog.Value { return slog.StringValue("[DG12]") }

// String keeps a person out of messages.
func (DocumentDetails) String() string { return "[DG12]" }

// GoString keeps a person out of %#v.
func (DocumentDetails) GoString() string { return "[DG12]" }

// LogValue keeps a person out of the logs.
func (Contact) LogValue() slog.Value { return slog.StringValue("[person to notify]") }

// String keeps a person out of messages.
func (Contact) String() string { return "[person to notify]" }

// GoString keeps a person out of %#v.
func (Contact) GoString() string { return "[person to notify]" }

// LogValue keeps a person out of the logs.
func (Face) LogValue() slog.Value { return slog.StringValue("[face]") }

// String keeps a person out of messages.
func (Face) String() string { return "[face]" }

// GoString keeps a person out of %#v.
func (Face) GoString() string { return "[face]" }

// LogValue keeps a person out of the logs.
func (DG2) LogValue() slog.Value { return slog.StringValue("[DG2]") }

// String keeps a person out of messages.
func (DG2) String() string { return "[DG2]" }

// GoString keeps a person out of %#v.
func (DG2) GoString() string { return "[DG2]" }

// LogValue keeps a person out of the logs.
func (Biometric) LogValue() slog.Value { return slog.StringValue("[biometric template]") }

// String keeps a person out of messages.
func (Biometric) String() string { return "[biometric template]" }

// GoString keeps a person out of %#v.
func (Biometric) GoString() string { return "[biometric template]" }

// LogValue keeps a person out of the logs.
func (FingerRecord) LogValue() slog.Value { return slog.StringValue("[finger record]") }

// String keeps a person out of messages.
func (FingerRecord) String() string { return "[finger record]" }

// GoString keeps a person out of %#v.
func (FingerRecord) GoString() string { return "[finger record]" }

// LogValue keeps a person out of the logs.
func (IrisRecord) LogValue() slog.Value { return slog.StringValue("[iris record]") }

// String keeps a person out of messages.
func (IrisRecord) String() string { return "[iris record]" }

// GoString keeps a person out of %#v.
func (IrisRecord) GoString() string { return "[iris record]" }

// LogValue keeps a person out of the logs.
func (Features) LogValue() slog.Value { return slog.StringValue("[features]") }

// String keeps a person out of messages.
func (Features) String() string { return "[features]" }

// GoString keeps a person out of %#v.
func (Features) GoString() string { return "[features]" }

// LogValue keeps a person out of the logs.
func (Item) LogValue() slog.Value { return slog.StringValue("[data object]") }

// String keeps a person out of messages.
func (Item) String() string { return "[data object]" }

// GoString keeps a person out of %#v.
func (Item) GoString() string { return "[data object]" }

// LogValue keeps a person out of the logs.
func (Traits) LogValue() slog.Value { return slog.StringValue("[traits]") }

// String keeps a person out of messages.
func (Traits) String() string { return "[traits]" }

// GoString keeps a person out of %#v.
func (Traits) GoString() string { return "[traits]" }
