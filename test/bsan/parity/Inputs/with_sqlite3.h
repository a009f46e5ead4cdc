//===-- with_sqlite3.h - What the rows of SQLite call with --------*- C -*-===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A data base in memory, because the rules do not ask where it is: neither do
// those of blockbuster.
//
//===----------------------------------------------------------------------===//

#include <sqlite3.h>

enum { OPEN_FLAGS = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE };

static sqlite3 *db, *other_db;
static sqlite3_stmt *insert, *query, *commit, *rollback, *out;
static sqlite3_backup *backup;

static int step_to_end(sqlite3_stmt *statement) {
  int rows = 0;
  while (sqlite3_step(statement) == SQLITE_ROW)
    rows++;
  return rows;
}

static sqlite3_stmt *prepare(const char *sql) {
  sqlite3_stmt *statement = NULL;
  check(sqlite3_prepare_v2(db, sql, -1, &statement, NULL) == SQLITE_OK, sql);
  return statement;
}

static void set_up_sqlite3(void) {
  sqlite3 *copy = NULL;
  check(sqlite3_open(":memory:", &db) == SQLITE_OK &&
            sqlite3_open(":memory:", &copy) == SQLITE_OK,
        "sqlite3_open");
  check(sqlite3_exec(db, "create table t(a); insert into t values(1); begin",
                     NULL, NULL, NULL) == SQLITE_OK,
        "sqlite3_exec");
  insert = prepare("insert into t values(2)");
  query = prepare("select a from t");
  commit = prepare("commit");
  rollback = prepare("rollback");
  backup = sqlite3_backup_init(copy, "main", db, "main");
  check(backup != NULL, "sqlite3_backup_init");
}
