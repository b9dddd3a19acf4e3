package catalogue

import "motcua/protocol/request"

// operations are what officers, technicians and the device itself send.
func operations() []Service { return []Service{provision(), dutySession(), deviceReport()} }

func provision() Service {
	return Service{
		ID: Provision, Name: Text{"Nạp thiết bị", "Provision a device"},
		Demand: Demand{Role: RoleOfficer, Evidence: request.E4}, Attested: true,
		Offline: OfflineNever, Priority: 0, Expiry: whileWaiting,
		Key: []KeyPart{"serial", "attempt"},
		Fields: []Field{
			ask(KindCode, "serial", "Số máy", "Serial number").must().from(SourceKiosk),
			ask(KindNumber, "attempt", "Lần thử", "Attempt").must().within(1, 1000).from(SourceKiosk),
			ask(KindCode, "enrol_code", "Mã đăng ký", "Enrolment code").must().within(8, 64).private(),
			ask(KindDigest, "key", "Khóa của máy", "Device key").must().from(SourceKiosk),
			ask(KindDigest, "self_test", "Bản tự kiểm tra", "Self-test report").from(SourceKiosk),
		},
		Flow:  FlowGeneric,
		Bring: bringCardAnd("mã đăng ký máy", "the enrolment code"), Next: nextNothing(),
	}
}

func dutySession() Service {
	return Service{
		ID: DutySession, Name: Text{"Mở, đóng ca trực", "Open or close a duty session"},
		Demand: Demand{Role: RoleOfficer, Evidence: request.E3}, Attested: true,
		Offline: OfflineCached, Fresh: threeDays, Priority: 0, Expiry: thatDay,
		Key: []KeyPart{"officer", "devices", "shift", "act"},
		Fields: []Field{
			openOrClose(),
			ask(KindCode, "officer", "Cán bộ", "Officer").must().from(SourceChip),
			ask(KindCode, "devices", "Nhóm máy", "Device group").must().from(SourceKiosk),
			ask(KindCode, "shift", "Ca trực", "Shift").must().from(SourceKiosk),
			ask(KindNumber, "roster", "Số danh sách cán bộ", "Number of the roster").must().within(0, 1<<30).from(SourceKiosk),
			ask(KindTime, "until", "Đến lúc", "Until").must().from(SourceKiosk).when("act", "open"),
		},
		Flow: FlowOwn, Ready: true, Bring: bringCard(), Next: nextNothing(),
	}
}

// deviceReport is the row O03-6 of the domain.
func deviceReport() Service {
	return Service{
		ID: DeviceReport, Name: Text{"Báo cáo của máy", "Report of a device"},
		Demand: Demand{Role: RoleDevice, Evidence: request.E0}, Attested: true,
		Offline: OfflineQueue, Priority: 3, Expiry: threeDays,
		Key: []KeyPart{KeyDevice, KeySeq},
		Fields: []Field{
			choose("report", "Loại báo cáo", "Report", Choice{"health", Text{"Sức khỏe máy", "Health"}}, Choice{"audit", Text{"Điểm neo nhật ký", "Audit anchor"}},
				Choice{"policy", Text{"Đã áp chính sách, thu hồi", "Policy or revocation applied"}}, Choice{"decommission", Text{"Gỡ máy", "Decommissioned"}}).must().from(SourceKiosk),
			ask(KindDigest, "content", "Nội dung", "Content").must().from(SourceKiosk).when("report", "health", "audit", "policy"),
			ask(KindNumber, "version", "Số bản", "Number applied").must().within(0, 1<<30).from(SourceKiosk).when("report", "policy"),
			ask(KindCode, "reason", "Lý do", "Reason").must().from(SourceKiosk).when("report", "decommission"),
		},
		Flow: FlowGeneric, Bring: bringNothing(), Next: nextNothing(),
	}
}
