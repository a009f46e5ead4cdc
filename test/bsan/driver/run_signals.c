// Intent: no process stays between the caller and the program under bsan run:
// the process is the same, and signals, their dispositions, death by them, the
// terminal and its job control are the program's own.

// RUN: %cc %s -o %t
// RUN: %python %S/Inputs/run_signals.py %bsan_bin/bsan %t
// RUN: %python %S/Inputs/run_terminal.py %bsan_bin/bsan %t

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

static void say(const char *text) { write(STDOUT_FILENO, text, strlen(text)); }

static void on_signal(int number) {
  if (number == SIGUSR1)
    say("got SIGUSR1\n");
  if (number == SIGCONT)
    say("got SIGCONT\n");
  if (number == SIGWINCH) {
    struct winsize size = {0};
    char text[64];
    ioctl(STDIN_FILENO, TIOCGWINSZ, &size);
    snprintf(text, sizeof(text), "size %d %d\n", size.ws_row, size.ws_col);
    say(text);
  }
  if (number == SIGTERM)
    _exit(7);
}

int main(int argc, char **argv) {
  char text[128];
  int ignores_hangup = signal(SIGHUP, SIG_DFL) == SIG_IGN;
  signal(SIGUSR1, on_signal);
  signal(SIGCONT, on_signal);
  signal(SIGWINCH, on_signal);
  if (argc > 1 && strcmp(argv[1], "handles") == 0)
    signal(SIGTERM, on_signal);
  snprintf(text, sizeof(text),
           "ready %d terminal %d%d%d foreground %d ignores %d\n", (int)getpid(),
           isatty(0), isatty(1), isatty(2), tcgetpgrp(0) == getpgrp(),
           ignores_hangup);
  say(text);
  for (;;)
    pause();
}
