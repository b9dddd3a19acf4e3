package emu

import "slices"

// access says who may read a file.
type access int

const (
	free      access = iota
	inSession        // after BAC or PACE
	inspected        // after terminal authentication, with the right to it
	never            // a quirk
)

// file is an elementary file.
type file struct {
	id     uint16
	sfi    byte
	access access
	data   []byte
}

// files are the contents of a chip: those of the master file and those of the
// travel document application.
type files struct{ master, application []file }

// aid of the LDS1 application (ICAO 9303-10, 4.3).
var aid = fromHex("A0000002471001")

// groupFile is the elementary file of a data group (ICAO 9303-10, table 35).
// Fingers and eyes are for terminals that prove themselves.
func groupFile(n int, data []byte) file {
	f := file{id: 0x0100 | uint16(n), sfi: byte(n), access: inSession, data: data}
	if n == 3 || n == 4 {
		f.access = inspected
	}
	return f
}

func fileSystem(profile Profile, keys chipKeys, groups map[int][]byte, sod, security []byte) files {
	var fs files
	var present []int
	for n := 1; n <= 16; n++ {
		data, ok := groups[n]
		if !ok {
			continue
		}
		present = append(present, n)
		if slices.Contains(profile.Absent, n) {
			continue
		}
		f := groupFile(n, data)
		if slices.Contains(profile.Guarded, n) {
			f.access = never
		}
		fs.application = append(fs.application, f)
	}
	present = append(present, profile.Listed...)
	fs.application = append(fs.application, file{id: fileCOM, sfi: 0x1E, access: inSession, data: encodeCOM(profile.Signer.LDS, present)})
	if sod != nil {
		fs.application = append(fs.application, file{id: fileSOD, sfi: 0x1D, access: inSession, data: sod})
	}
	fs.master = append(fs.master, file{id: fileDIR, sfi: 0x1E, data: encodeDIR()})
	if !profile.refuses(RefuseATRInfo) {
		fs.master = append(fs.master, file{id: fileATRInfo, sfi: 0x01, data: encodeATRInfo(profile)})
	}
	if len(profile.PACE) > 0 && !profile.refuses(RefuseCardAccessHidden) {
		fs.master = append(fs.master, file{id: fileCardAccess, sfi: 0x1C, data: encodeCardAccess(profile, keys)})
	}
	if security != nil {
		fs.master = append(fs.master, file{id: fileCardSecurity, sfi: 0x1D, access: inSession, data: security})
	}
	return fs
}

// bySFI finds a file by its short identifier.
func bySFI(all []file, sfi byte) *file {
	for i := range all {
		if all[i].sfi == sfi {
			return &all[i]
		}
	}
	return nil
}

// byID finds a file by its identifier.
func byID(all []file, id uint16) *file {
	for i := range all {
		if all[i].id == id {
			return &all[i]
		}
	}
	return nil
}
