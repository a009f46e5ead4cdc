// Intent: loops that run GLib's from another library are known as well, by the calls
// that library makes: GApplication (and so GTK's) here, Qt's default dispatcher the
// same way.

// REQUIRES: gio
// RUN: %bsan_cc %s -o %t %gio_flags -lgio-2.0 -lgobject-2.0 -lglib-2.0
// RUN: %env_bsan_opts=halt_on_error=0:exitcode=0 %exits 0 %run %t >%t.log 2>&1
// RUN: FileCheck %s < %t.log
// RUN: grep "^SUMMARY.*(usleep)" %t.log | count 2
// RUN: FileCheck %s --check-prefix=QUIET < %t.log

// CHECK-DAG: in on_idle (usleep)
// CHECK-DAG: in on_timeout (usleep)
// CHECK-DAG: on event loop thread T0 "{{.*}}" (glib, g_main_context_iteration)
// QUIET-NOT: {{in quiet_|bsan_wrap}}

#include <gio/gio.h>

#include "Inputs/block.h"

NOINLINE static gboolean on_timeout(gpointer application) {
  BLOCK();
  g_application_release(application);
  return G_SOURCE_REMOVE;
}

NOINLINE static gboolean on_idle(gpointer application) {
  BLOCK();
  g_timeout_add(20, on_timeout, application);
  return G_SOURCE_REMOVE;
}

NOINLINE static void quiet_activate(GApplication *application,
                                    gpointer unused) {
  (void)unused;
  BLOCK();
  g_application_hold(application);
  g_idle_add(on_idle, application);
}

NOINLINE static void quiet_after(void) { BLOCK(); }

int main(void) {
  GApplication *application = g_application_new(NULL, G_APPLICATION_NON_UNIQUE);
  g_signal_connect(application, "activate", G_CALLBACK(quiet_activate), NULL);
  int status = g_application_run(application, 0, NULL);
  quiet_after();
  g_object_unref(application);
  return status;
}
