// Intent: looking up and changing names is reported; names in file systems that
// are memory, and what fails before any disk is asked, is not.

// RUN: %bsan_cc -Wall -Werror -Wno-unused-result -Wno-deprecated-declarations %s %S/Inputs/rule_main.c -o %t -ldl -lpthread
// RUN: %python %S/check_rule.py %s %t.dir %run %t

#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <fts.h>
#include <ftw.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <sys/swap.h>
#include <sys/time.h>
#include <sys/xattr.h>
#include <unistd.h>
#include <utime.h>

#include "rule.h"

extern ssize_t __readlink_chk(const char *, char *, size_t, size_t);
extern ssize_t __readlinkat_chk(int, const char *, char *, size_t, size_t);
extern char *__realpath_chk(const char *, char *, size_t);
extern char *__getcwd_chk(char *, size_t, size_t);
extern char *__getwd_chk(char *, size_t);
extern int __statfs(const char *, struct statfs *);
extern int pivot_root(const char *, const char *);

// Entry points of programs that were linked with a glibc before 2.33.
typedef int old_stat(int, const char *, void *);
typedef int old_fstat(int, int, void *);
typedef int old_fstatat(int, int, const char *, void *, int);
typedef int old_mknod(int, const char *, mode_t, dev_t *);
typedef int old_mknodat(int, int, const char *, mode_t, dev_t *);
#define OLD_STAT(symbol) ((old_stat *)rule_lookup(#symbol))
#define OLD_FSTAT(symbol) ((old_fstat *)rule_lookup(#symbol))
#define OLD_FSTATAT(symbol) ((old_fstatat *)rule_lookup(#symbol))
#define OLD_MKNOD ((old_mknod *)rule_lookup("__xmknod"))
#define OLD_MKNODAT ((old_mknodat *)rule_lookup("__xmknodat"))
enum { VERSION = 1, MKNOD_VERSION = 0, HERE = AT_FDCWD, DEPTH = 4 };

static int file, pipe_fd, proc, folder, notify, no_fd = -1;
static dev_t device;
static DIR *entries, *proc_entries;
static struct dirent **names;
static struct dirent64 **names64;
static char buffer[4096];
static struct stat st;
static struct stat64 st64;
static struct statx stx;
static struct statfs fs;
static struct statfs64 fs64;
static struct statvfs vfs;
static struct statvfs64 vfs64;
static char name[32];
static struct dirent entry, *entry_found;
static struct dirent64 entry64, *entry64_found;
static glob_t matches;
static glob64_t matches64;
static FTS *tree;
static volatile size_t size = sizeof(buffer);

void rule_setup(void) {
  int pair[2];
  file = open("file", O_RDWR | O_CREAT, 0600);
  mkdir("dir", 0700);
  symlink("file", "link");
  pipe(pair);
  pipe_fd = pair[0];
  proc = open("/proc/self", O_RDONLY | O_DIRECTORY);
  folder = open("dir", O_RDONLY | O_DIRECTORY);
  entries = opendir("dir");
  proc_entries = opendir("/proc/self");
  notify = inotify_init1(IN_CLOEXEC);
  tree = fts_open((char *[]){"dir", NULL}, FTS_PHYSICAL, NULL);
}

void rule_teardown(void) {
  closedir(entries);
  closedir(proc_entries);
  fts_close(tree);
}

static int visit(const char *path, const struct stat *found, int type) {
  (void)path, (void)found, (void)type;
  return 0;
}

static int visit64(const char *path, const struct stat64 *found, int type) {
  (void)path, (void)found, (void)type;
  return 0;
}

static int walk(const char *path, const struct stat *found, int type,
                struct FTW *at) {
  (void)path, (void)found, (void)type, (void)at;
  return 0;
}

static int walk64(const char *path, const struct stat64 *found, int type,
                  struct FTW *at) {
  (void)path, (void)found, (void)type, (void)at;
  return 0;
}

#define MEMORY "/proc/self/stat"
#define NOTHING "/proc/self/nothing"
#define NEW "/proc/self/new"

RULE(stat, stat, path, stat("file", &st), stat(MEMORY, &st));
RULE(stat64, stat, path, stat64("none", &st64), stat64(NOTHING, &st64));
RULE(lstat, lstat, path, lstat("link", &st), lstat(MEMORY, &st));
RULE(lstat64, lstat, path, lstat64("link", &st64), lstat64("", &st64));
RULE(fstat, fstat, path, fstat(file, &st), fstat(pipe_fd, &st));
RULE(fstat64, fstat, path, fstat64(file, &st64), fstat64(no_fd, &st64));
RULE(fstatat, fstatat, path, fstatat(HERE, "file", &st, 0),
     fstatat(pipe_fd, "", &st, AT_EMPTY_PATH));
RULE(fstatat64, fstatat, path, fstatat64(file, "", &st64, AT_EMPTY_PATH),
     fstatat64(proc, "stat", &st64, 0));
RULE_PREPARED(__xstat, stat, path, (old_stat *call = OLD_STAT(__xstat)),
              call(VERSION, "file", buffer),
              (old_stat *call = OLD_STAT(__xstat)),
              call(VERSION, MEMORY, buffer));
RULE_PREPARED(__xstat64, stat, path, (old_stat *call = OLD_STAT(__xstat64)),
              call(VERSION, "file", buffer),
              (old_stat *call = OLD_STAT(__xstat64)),
              call(VERSION, NOTHING, buffer));
RULE_PREPARED(__lxstat, lstat, path, (old_stat *call = OLD_STAT(__lxstat)),
              call(VERSION, "link", buffer),
              (old_stat *call = OLD_STAT(__lxstat)),
              call(VERSION, MEMORY, buffer));
RULE_PREPARED(__lxstat64, lstat, path, (old_stat *call = OLD_STAT(__lxstat64)),
              call(VERSION, "link", buffer),
              (old_stat *call = OLD_STAT(__lxstat64)),
              call(VERSION, NOTHING, buffer));
RULE_PREPARED(__fxstat, fstat, path, (old_fstat *call = OLD_FSTAT(__fxstat)),
              call(VERSION, file, buffer),
              (old_fstat *call = OLD_FSTAT(__fxstat)),
              call(VERSION, pipe_fd, buffer));
RULE_PREPARED(__fxstat64, fstat, path,
              (old_fstat *call = OLD_FSTAT(__fxstat64)),
              call(VERSION, file, buffer),
              (old_fstat *call = OLD_FSTAT(__fxstat64)),
              call(VERSION, no_fd, buffer));
RULE_PREPARED(__fxstatat, fstatat, path,
              (old_fstatat *call = OLD_FSTATAT(__fxstatat)),
              call(VERSION, HERE, "file", buffer, 0),
              (old_fstatat *call = OLD_FSTATAT(__fxstatat)),
              call(VERSION, proc, "stat", buffer, 0));
RULE_PREPARED(__fxstatat64, fstatat, path,
              (old_fstatat *call = OLD_FSTATAT(__fxstatat64)),
              call(VERSION, HERE, "file", buffer, 0),
              (old_fstatat *call = OLD_FSTATAT(__fxstatat64)),
              call(VERSION, HERE, MEMORY, buffer, 0));
RULE(statx, statx, path, statx(HERE, "file", 0, STATX_SIZE, &stx),
     statx(pipe_fd, "", AT_EMPTY_PATH, STATX_SIZE, &stx));
RULE(statfs, statfs, path, statfs("file", &fs), statfs("/proc/self", &fs));
RULE(__statfs, statfs, path, __statfs("file", &fs), __statfs("", &fs));
RULE(statfs64, statfs, path, statfs64("file", &fs64), statfs64("", &fs64));
RULE(statvfs, statvfs, path, statvfs("file", &vfs), statvfs(MEMORY, &vfs));
RULE(statvfs64, statvfs, path, statvfs64("none", &vfs64),
     statvfs64(NOTHING, &vfs64));
RULE(fstatfs, fstatfs, path, fstatfs(file, &fs), fstatfs(pipe_fd, &fs));
RULE(fstatfs64, fstatfs, path, fstatfs64(file, &fs64), fstatfs64(proc, &fs64));
RULE(fstatvfs, fstatvfs, path, fstatvfs(folder, &vfs), fstatvfs(proc, &vfs));
RULE(fstatvfs64, fstatvfs, path, fstatvfs64(file, &vfs64),
     fstatvfs64(no_fd, &vfs64));

RULE(access, access, path, access("file", X_OK), access(MEMORY, R_OK));
RULE(eaccess, eaccess, path, eaccess("file", R_OK), eaccess(MEMORY, R_OK));
RULE(euidaccess, euidaccess, path, euidaccess("none", R_OK),
     euidaccess(NOTHING, R_OK));
RULE(faccessat, faccessat, path, faccessat(HERE, "file", R_OK, 0),
     faccessat(proc, "stat", R_OK, 0));

RULE(rename, rename, path, rename("file", "new"), rename("file", NEW));
RULE(renameat, renameat, path, renameat(HERE, "file", folder, "new"),
     renameat(HERE, "file", proc, "new"));
RULE(renameat2, renameat2, path,
     renameat2(HERE, "file", HERE, "link", RENAME_NOREPLACE),
     renameat2(HERE, "file", proc, "new", 0));
RULE(link, link, path, link("file", "new"), link("file", NEW));
RULE(linkat, linkat, path, linkat(HERE, "file", HERE, "link", 0),
     linkat(HERE, "file", proc, "new", 0));
RULE(symlink, symlink, path, symlink("file", "new"), symlink("file", NEW));
RULE(symlinkat, symlinkat, path, symlinkat("file", folder, "new"),
     symlinkat("file", proc, "new"));
RULE(remove, remove, path, remove("dir"), remove(NOTHING));
RULE(unlink, unlink, path, unlink("file"), unlink(NOTHING));
RULE(unlinkat, unlinkat, path, unlinkat(HERE, "dir", AT_REMOVEDIR),
     unlinkat(proc, "nothing", 0));
RULE(rmdir, rmdir, path, rmdir("file"), rmdir(NOTHING));
RULE(mkdir, mkdir, path, mkdir("new", 0700), mkdir(NEW, 0700));
RULE(mkdirat, mkdirat, path, mkdirat(HERE, "dir", 0700),
     mkdirat(proc, "new", 0700));
RULE(chmod, chmod, path, chmod("file", 0400), chmod(NOTHING, 0400));
RULE(fchmod, fchmod, path, fchmod(file, 0400), fchmod(no_fd, 0400));
RULE(chdir, chdir, path, chdir("dir"), chdir("/proc/self"));
RULE(fchdir, fchdir, path, fchdir(folder), fchdir(proc));

RULE(readlink, readlink, path, readlink("link", buffer, size),
     readlink("/proc/self/exe", buffer, size));
RULE(__readlink_chk, readlink, path,
     __readlink_chk("file", buffer, size, sizeof(buffer)),
     __readlink_chk(MEMORY, buffer, size, sizeof(buffer)));
RULE(readlinkat, readlinkat, path, readlinkat(HERE, "link", buffer, size),
     readlinkat(proc, "exe", buffer, size));
RULE(__readlinkat_chk, readlinkat, path,
     __readlinkat_chk(HERE, "link", buffer, size, sizeof(buffer)),
     __readlinkat_chk(proc, "stat", buffer, size, sizeof(buffer)));
RULE(realpath, realpath, path, realpath("link", buffer) != NULL,
     realpath("/proc/self/nothing", buffer) != NULL);
RULE(__realpath_chk, realpath, path,
     __realpath_chk("none", buffer, sizeof(buffer)) != NULL,
     __realpath_chk("", buffer, sizeof(buffer)) != NULL);
RULE(canonicalize_file_name, canonicalize_file_name, path,
     canonicalize_file_name("link") != NULL,
     canonicalize_file_name(NOTHING) != NULL);
RULE(getcwd, getcwd, path, getcwd(buffer, size) != NULL,
     RULE_OUTSIDE(getcwd(buffer, 1) != NULL));
RULE(__getcwd_chk, getcwd, path,
     __getcwd_chk(buffer, size, sizeof(buffer)) != NULL,
     RULE_OUTSIDE(__getcwd_chk(buffer, size, sizeof(buffer)) != NULL));
RULE(get_current_dir_name, get_current_dir_name, path,
     get_current_dir_name() != NULL,
     RULE_OUTSIDE(get_current_dir_name() != NULL));

RULE(opendir, opendir, path, opendir("dir") != NULL,
     opendir("/proc/self") != NULL);
RULE(readdir, readdir, path, readdir(entries) != NULL,
     readdir(proc_entries) != NULL);
RULE(readdir64, readdir, path, readdir64(entries) != NULL,
     readdir64(proc_entries) != NULL);
RULE(scandir, scandir, path, scandir("dir", &names, NULL, alphasort),
     scandir("/proc/self", &names, NULL, NULL));
RULE(scandir64, scandir, path, scandir64("none", &names64, NULL, NULL),
     scandir64(NOTHING, &names64, NULL, NULL));

RULE(getwd, getwd, path, getwd(buffer) != NULL,
     RULE_OUTSIDE(getwd(buffer) != NULL));
RULE(__getwd_chk, getwd, path, __getwd_chk(buffer, sizeof(buffer)) != NULL,
     RULE_OUTSIDE(__getwd_chk(buffer, sizeof(buffer)) != NULL));
RULE(fdopendir, fdopendir, path, fdopendir(folder) != NULL,
     fdopendir(pipe_fd) != NULL);
RULE(readdir_r, readdir_r, path, readdir_r(entries, &entry, &entry_found),
     readdir_r(proc_entries, &entry, &entry_found));
RULE(readdir64_r, readdir_r, path,
     readdir64_r(entries, &entry64, &entry64_found),
     readdir64_r(proc_entries, &entry64, &entry64_found));
RULE(scandirat, scandirat, path, scandirat(HERE, "dir", &names, NULL, NULL),
     scandirat(proc, "nothing", &names, NULL, NULL));
RULE(scandirat64, scandirat, path,
     scandirat64(folder, ".", &names64, NULL, NULL),
     scandirat64(HERE, NOTHING, &names64, NULL, NULL));
RULE(glob, glob, path, glob("f*", 0, NULL, &matches),
     glob("/proc/self/sta*", 0, NULL, &matches));
RULE(glob64, glob, path, glob64("none*", 0, NULL, &matches64),
     glob64(NOTHING "*", 0, NULL, &matches64));
RULE(ftw, ftw, path, ftw("dir", visit, DEPTH), ftw(NOTHING, visit, DEPTH));
RULE(ftw64, ftw, path, ftw64("dir", visit64, DEPTH), ftw64("", visit64, DEPTH));
RULE(nftw, nftw, path, nftw("none", walk, DEPTH, FTW_PHYS),
     nftw(NOTHING, walk, DEPTH, FTW_PHYS));
RULE(nftw64, nftw, path, nftw64("dir", walk64, DEPTH, FTW_PHYS),
     nftw64("/proc/self/fdinfo", walk64, DEPTH, FTW_PHYS));
RULE(fts_read, fts_read, path, fts_read(tree) != NULL,
     RULE_OUTSIDE(fts_read(tree) != NULL));
RULE_PREPARED(fts64_read, fts_read, path,
              (void *(*call)(void *) = rule_lookup("fts64_read")),
              call(tree) != NULL,
              (void *(*call)(void *) = rule_lookup("fts64_read")),
              RULE_OUTSIDE(call(tree) != NULL));

RULE(fchmodat, fchmodat, path, fchmodat(HERE, "file", 0400, 0),
     fchmodat(proc, "nothing", 0400, 0));
RULE(chown, chown, path, chown("file", -1, -1), chown(NOTHING, -1, -1));
RULE(lchown, lchown, path, lchown("link", -1, -1), lchown(NOTHING, -1, -1));
RULE(fchown, fchown, path, fchown(file, -1, -1), fchown(pipe_fd, -1, -1));
RULE(fchownat, fchownat, path, fchownat(HERE, "none", -1, -1, 0),
     fchownat(proc, "nothing", -1, -1, 0));
RULE(utime, utime, path, utime("file", NULL), utime(NOTHING, NULL));
RULE(utimes, utimes, path, utimes("none", NULL), utimes(NOTHING, NULL));
RULE(lutimes, lutimes, path, lutimes("link", NULL), lutimes(NOTHING, NULL));
RULE(futimes, futimes, path, futimes(file, NULL), futimes(no_fd, NULL));
RULE(futimesat, futimesat, path, futimesat(HERE, "file", NULL),
     futimesat(proc, "nothing", NULL));
RULE(utimensat, utimensat, path, utimensat(HERE, "file", NULL, 0),
     utimensat(proc, "nothing", NULL, 0));
RULE(futimens, futimens, path, futimens(file, NULL), futimens(pipe_fd, NULL));

RULE(mkfifo, mkfifo, path, mkfifo("new", 0600), mkfifo(NEW, 0600));
RULE(mkfifoat, mkfifoat, path, mkfifoat(HERE, "file", 0600),
     mkfifoat(proc, "new", 0600));
RULE(mknod, mknod, path, mknod("new", S_IFIFO | 0600, 0),
     mknod(NEW, S_IFIFO | 0600, 0));
RULE(mknodat, mknodat, path, mknodat(HERE, "new", S_IFREG | 0600, 0),
     mknodat(proc, "new", S_IFREG | 0600, 0));
RULE_PREPARED(__xmknod, mknod, path, (old_mknod *call = OLD_MKNOD),
              call(MKNOD_VERSION, "new", S_IFIFO | 0600, &device),
              (old_mknod *call = OLD_MKNOD),
              call(MKNOD_VERSION, NEW, S_IFIFO | 0600, &device));
RULE_PREPARED(__xmknodat, mknodat, path, (old_mknodat *call = OLD_MKNODAT),
              call(MKNOD_VERSION, HERE, "new", S_IFIFO | 0600, &device),
              (old_mknodat *call = OLD_MKNODAT),
              call(MKNOD_VERSION, proc, "new", S_IFIFO | 0600, &device));

#define NAMED(path) (strcpy(name, path))
RULE_PREPARED(mkstemp, mkstemp, path, NAMED("newXXXXXX"), mkstemp(name) >= 0,
              NAMED("/proc/self/XXXXXX"), mkstemp(name) >= 0);
RULE_PREPARED(mkstemp64, mkstemp, path, NAMED("newXXXXXX"),
              mkstemp64(name) >= 0, NAMED(""), mkstemp64(name) >= 0);
RULE_PREPARED(mkostemp, mkostemp, path, NAMED("newXXXXXX"),
              mkostemp(name, O_CLOEXEC) >= 0, NAMED("/proc/self/XXXXXX"),
              mkostemp(name, O_CLOEXEC) >= 0);
RULE_PREPARED(mkostemp64, mkostemp, path, NAMED("new"),
              mkostemp64(name, O_APPEND) >= 0, NAMED("/proc/self/XXXXXX"),
              mkostemp64(name, O_APPEND) >= 0);
RULE_PREPARED(mkstemps, mkstemps, path, NAMED("newXXXXXX.c"),
              mkstemps(name, 2) >= 0, NAMED("/proc/self/XXXXXX.c"),
              mkstemps(name, 2) >= 0);
RULE_PREPARED(mkstemps64, mkstemps, path, NAMED("newXXXXXX.c"),
              mkstemps64(name, 2) >= 0, NAMED("/proc/self/XXXXXX.c"),
              mkstemps64(name, 2) >= 0);
RULE_PREPARED(mkostemps, mkostemps, path, NAMED("newXXXXXX.c"),
              mkostemps(name, 2, O_CLOEXEC) >= 0, NAMED("/proc/self/XXXXXX.c"),
              mkostemps(name, 2, O_CLOEXEC) >= 0);
RULE_PREPARED(mkostemps64, mkostemps, path, NAMED("newXXXXXX.c"),
              mkostemps64(name, 2, O_CLOEXEC) >= 0,
              NAMED("/proc/self/XXXXXX.c"),
              mkostemps64(name, 2, O_CLOEXEC) >= 0);
RULE_PREPARED(mkdtemp, mkdtemp, path, NAMED("newXXXXXX"), mkdtemp(name) != NULL,
              NAMED("/proc/self/XXXXXX"), mkdtemp(name) != NULL);
RULE(tmpfile, tmpfile, path, tmpfile() != NULL,
     RULE_OUTSIDE(tmpfile() != NULL));
RULE(tmpfile64, tmpfile, path, tmpfile64() != NULL,
     RULE_OUTSIDE(tmpfile64() != NULL));

#define ATTRIBUTE "user.rule"
RULE(getxattr, getxattr, path, getxattr("file", ATTRIBUTE, buffer, size),
     getxattr(NOTHING, ATTRIBUTE, buffer, size));
RULE(setxattr, setxattr, path, setxattr("file", ATTRIBUTE, "1", 1, 0),
     setxattr(NOTHING, ATTRIBUTE, "1", 1, 0));
RULE(listxattr, listxattr, path, listxattr("file", buffer, size),
     listxattr(NOTHING, buffer, size));
RULE(removexattr, removexattr, path, removexattr("file", ATTRIBUTE),
     removexattr(NOTHING, ATTRIBUTE));
RULE(lgetxattr, lgetxattr, path, lgetxattr("link", ATTRIBUTE, buffer, size),
     lgetxattr(NOTHING, ATTRIBUTE, buffer, size));
RULE(lsetxattr, lsetxattr, path, lsetxattr("file", ATTRIBUTE, "1", 1, 0),
     lsetxattr(NOTHING, ATTRIBUTE, "1", 1, 0));
RULE(llistxattr, llistxattr, path, llistxattr("link", buffer, size),
     llistxattr("", buffer, size));
RULE(lremovexattr, lremovexattr, path, lremovexattr("link", ATTRIBUTE),
     lremovexattr(NOTHING, ATTRIBUTE));
RULE(fgetxattr, fgetxattr, path, fgetxattr(file, ATTRIBUTE, buffer, size),
     fgetxattr(pipe_fd, ATTRIBUTE, buffer, size));
RULE(fsetxattr, fsetxattr, path, fsetxattr(file, ATTRIBUTE, "1", 1, 0),
     fsetxattr(no_fd, ATTRIBUTE, "1", 1, 0));
RULE(flistxattr, flistxattr, path, flistxattr(folder, buffer, size),
     flistxattr(pipe_fd, buffer, size));
RULE(fremovexattr, fremovexattr, path, fremovexattr(file, ATTRIBUTE),
     fremovexattr(no_fd, ATTRIBUTE));

RULE(inotify_add_watch, inotify_add_watch, path,
     inotify_add_watch(notify, "file", IN_MODIFY),
     inotify_add_watch(notify, "/proc/self", IN_MODIFY));
// Refused by every kernel: for the user, or for the name.
RULE(mount, mount, path, mount("none", "none", "none", 0, NULL),
     RULE_OUTSIDE(mount("none", "none", "none", 0, NULL)));
RULE(umount, umount, path, umount("none"), RULE_OUTSIDE(umount("none")));
RULE(umount2, umount2, path, umount2("none", 0),
     RULE_OUTSIDE(umount2("none", 0)));
RULE(pivot_root, pivot_root, path, pivot_root("none", "none"),
     RULE_OUTSIDE(pivot_root("none", "none")));
RULE(swapon, swapon, path, swapon("none", 0), RULE_OUTSIDE(swapon("none", 0)));
