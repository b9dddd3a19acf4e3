package display

import "syscall"

// Exit is the exit code without a display.
const Exit = 3

// The check runs when the package is initialised: there is no later moment, see
// the package comment.
var _ = require()

func require() bool {
	name, _ := syscall.Getenv("DISPLAY")
	if why := missing(name, reachable); why != "" {
		_, _ = syscall.Write(2, []byte("kiosk: no X display: "+why+"; start it under Xorg, or with xvfb-run to try it out\n"))
		syscall.Exit(Exit)
	}
	return true
}

// missing says what is wrong with a display's name, or nothing. Only displays of
// this machine are tried.
func missing(name string, try func(socket string) bool) string {
	if name == "" {
		return "DISPLAY is not set"
	}
	number, here := local(name)
	if here && !try("/tmp/.X11-unix/X"+number) {
		return "nothing answers at DISPLAY=" + name
	}
	return ""
}

// local reads the number out of ":1" or ":1.0".
func local(name string) (number string, ok bool) {
	if name[0] != ':' {
		return "", false
	}
	end := 1
	for end < len(name) && name[end] >= '0' && name[end] <= '9' {
		end++
	}
	return name[1:end], end > 1
}

// reachable tells whether a server listens at the socket, by its path or by its
// abstract name.
func reachable(socket string) bool {
	for _, name := range []string{socket, "@" + socket} {
		fd, err := syscall.Socket(syscall.AF_UNIX, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
		if err != nil {
			return true // cannot tell
		}
		err = syscall.Connect(fd, &syscall.SockaddrUnix{Name: name})
		_ = syscall.Close(fd)
		if err == nil {
			return true
		}
	}
	return false
}
