// Intent: SQLite's calls that work on the file of the database are reported
// once, as themselves: not as the reads, writes and fsyncs inside them.

// REQUIRES: sqlite3
// RUN: %bsan_cc -Wall -Werror -I%S/../calls %s %S/../calls/Inputs/rule_main.c -o %t -lsqlite3 -ldl -lpthread
// RUN: %python %S/../calls/check_rule.py %s %t.dir %run %t
// RUN: %python %S/Inputs/check_once.py %t.dir %run %t

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

#include "rule.h"

enum { SIZE = 8 };

static sqlite3 *db, *other_db, *opened;
static sqlite3_stmt *insert, *prepared;
static sqlite3_backup *backup;
static sqlite3_blob *blob, *opened_blob;
static int log_size, checkpointed;
static const char path[] = "test.db";
// SQLite's 16 is UTF-16 in the machine's order.
static const void *const path16 = u"test16.db";
static const char select_all[] = "SELECT * FROM t";
static const void *const select_all16 = u"SELECT * FROM t";
static const char insert_row[] = "INSERT INTO t VALUES ('some text')";

static void check(int status) {
  if (status == SQLITE_OK)
    return;
  fprintf(stderr, "SQLite: %s\n", sqlite3_errstr(status));
  abort();
}

void rule_setup(void) {
  check(sqlite3_open(path, &db));
  check(sqlite3_exec(db, "PRAGMA journal_mode=WAL; CREATE TABLE t (x)", NULL,
                     NULL, NULL));
  check(sqlite3_exec(db, insert_row, NULL, NULL, NULL));
  check(sqlite3_prepare_v2(db, insert_row, -1, &insert, NULL));
  check(sqlite3_blob_open(db, "main", "t", "x", 1, 1, &blob));
  check(sqlite3_open("copy.db", &other_db));
  backup = sqlite3_backup_init(other_db, "main", db, "main");
  opened = NULL;
  prepared = NULL;
  opened_blob = NULL;
}

void rule_teardown(void) {
  sqlite3_backup_finish(backup);
  sqlite3_blob_close(blob);
  sqlite3_blob_close(opened_blob);
  sqlite3_finalize(insert);
  sqlite3_finalize(prepared);
  sqlite3_close(db);
  sqlite3_close(other_db);
  sqlite3_close(opened);
}

// What the calls under test close themselves.
static void open_another(void) { check(sqlite3_open(path, &opened)); }
static int forget_opened(int status) {
  opened = NULL;
  return status;
}

RULE(sqlite3_open, sqlite3_open, db, sqlite3_open(path, &opened),
     RULE_OUTSIDE(sqlite3_open(path, &opened)));
RULE(sqlite3_open16, sqlite3_open16, db, sqlite3_open16(path16, &opened),
     RULE_OUTSIDE(sqlite3_open16(path16, &opened)));
RULE(sqlite3_open_v2, sqlite3_open_v2, db,
     sqlite3_open_v2(path, &opened, SQLITE_OPEN_READWRITE, NULL),
     RULE_OUTSIDE(sqlite3_open_v2(path, &opened, SQLITE_OPEN_READWRITE, NULL)));
RULE(sqlite3_exec, sqlite3_exec, db,
     sqlite3_exec(db, insert_row, NULL, NULL, NULL),
     RULE_OUTSIDE(sqlite3_exec(db, insert_row, NULL, NULL, NULL)));
RULE(sqlite3_prepare, sqlite3_prepare, db,
     sqlite3_prepare(db, select_all, -1, &prepared, NULL),
     RULE_OUTSIDE(sqlite3_prepare(db, select_all, -1, &prepared, NULL)));
RULE(sqlite3_prepare_v2, sqlite3_prepare_v2, db,
     sqlite3_prepare_v2(db, select_all, -1, &prepared, NULL),
     RULE_OUTSIDE(sqlite3_prepare_v2(db, select_all, -1, &prepared, NULL)));
RULE(sqlite3_prepare_v3, sqlite3_prepare_v3, db,
     sqlite3_prepare_v3(db, select_all, -1, 0, &prepared, NULL),
     RULE_OUTSIDE(sqlite3_prepare_v3(db, select_all, -1, 0, &prepared, NULL)));
RULE(sqlite3_prepare16, sqlite3_prepare16, db,
     sqlite3_prepare16(db, select_all16, -1, &prepared, NULL),
     RULE_OUTSIDE(sqlite3_prepare16(db, select_all16, -1, &prepared, NULL)));
RULE(sqlite3_prepare16_v2, sqlite3_prepare16_v2, db,
     sqlite3_prepare16_v2(db, select_all16, -1, &prepared, NULL),
     RULE_OUTSIDE(sqlite3_prepare16_v2(db, select_all16, -1, &prepared, NULL)));
RULE(sqlite3_prepare16_v3, sqlite3_prepare16_v3, db,
     sqlite3_prepare16_v3(db, select_all16, -1, 0, &prepared, NULL),
     RULE_OUTSIDE(sqlite3_prepare16_v3(db, select_all16, -1, 0, &prepared,
                                       NULL)));
RULE(sqlite3_step, sqlite3_step, db, sqlite3_step(insert),
     RULE_OUTSIDE(sqlite3_step(insert)));
RULE_PREPARED(sqlite3_close, sqlite3_close, db, (open_another();),
              forget_opened(sqlite3_close(opened)), (open_another();),
              RULE_OUTSIDE(forget_opened(sqlite3_close(opened))));
RULE_PREPARED(sqlite3_close_v2, sqlite3_close_v2, db, (open_another();),
              forget_opened(sqlite3_close_v2(opened)), (open_another();),
              RULE_OUTSIDE(forget_opened(sqlite3_close_v2(opened))));
RULE(sqlite3_backup_step, sqlite3_backup_step, db,
     sqlite3_backup_step(backup, -1),
     RULE_OUTSIDE(sqlite3_backup_step(backup, -1)));
RULE(sqlite3_wal_checkpoint, sqlite3_wal_checkpoint, db,
     sqlite3_wal_checkpoint(db, NULL),
     RULE_OUTSIDE(sqlite3_wal_checkpoint(db, NULL)));
RULE(sqlite3_wal_checkpoint_v2, sqlite3_wal_checkpoint_v2, db,
     sqlite3_wal_checkpoint_v2(db, NULL, SQLITE_CHECKPOINT_PASSIVE, &log_size,
                               &checkpointed),
     RULE_OUTSIDE(sqlite3_wal_checkpoint_v2(db, NULL, SQLITE_CHECKPOINT_PASSIVE,
                                            &log_size, &checkpointed)));
RULE(sqlite3_blob_open, sqlite3_blob_open, db,
     sqlite3_blob_open(db, "main", "t", "x", 1, 0, &opened_blob),
     RULE_OUTSIDE(sqlite3_blob_open(db, "main", "t", "x", 1, 0, &opened_blob)));
RULE(sqlite3_blob_read, sqlite3_blob_read, db,
     sqlite3_blob_read(blob, rule_data, SIZE, 0),
     RULE_OUTSIDE(sqlite3_blob_read(blob, rule_data, SIZE, 0)));
RULE(sqlite3_blob_write, sqlite3_blob_write, db,
     sqlite3_blob_write(blob, path, SIZE, 0),
     RULE_OUTSIDE(sqlite3_blob_write(blob, path, SIZE, 0)));
