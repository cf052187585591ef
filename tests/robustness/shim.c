/* Makes the N-th file-system call below a folder fail, or kills the process there; loaded before the C library, so that it is
   between it and Python, SQLite, tantivy and FAISS alike.

   arm(folder, n, how): how is an errno, or 0 for SIGKILL, half way through what is written; n = 0 only counts. counted(), hit(). */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static char below[4096], told[8192];
static size_t length;
static long target, calls;
static int error_number, armed;

void arm(const char *folder, long n, int how) {
    snprintf(below, sizeof below, "%s", folder);
    length = strlen(below);
    told[0] = 0;
    target = n, calls = 0, error_number = how, armed = 1;
}
void disarm(void) { armed = 0; }
long counted(void) { return calls; }
const char *hit(void) { return told; }

static int is_below(const char *path) { return !strncmp(path, below, length) && (path[length] == '/' || !path[length]); }

static int of_handle(int handle, char *path, size_t size) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", handle);
    ssize_t n = readlink(link, path, size - 1);
    if (n < 0) return 0;
    path[n] = 0;
    return 1;
}

/* 1 where this call must fail or die. */
static int due(const char *what, const char *path) {
    if (!is_below(path) || __atomic_add_fetch(&calls, 1, __ATOMIC_SEQ_CST) != target) return 0;
    snprintf(told, sizeof told, "%s %s", what, path + length);
    return 1;
}
static int at_path(const char *what, int folder, const char *path) {
    char whole[8192], start[4096];
    if (!armed || !path) return 0;
    if (path[0] == '/') return due(what, path);
    if (folder == AT_FDCWD) {
        if (!getcwd(start, sizeof start)) return 0;
    } else if (!of_handle(folder, start, sizeof start)) return 0;
    snprintf(whole, sizeof whole, "%s/%s", start, path);
    return due(what, whole);
}
static int at_handle(const char *what, int handle) {
    char path[4096];
    return armed && of_handle(handle, path, sizeof path) && due(what, path);
}
static int fails(void) {
    if (!error_number) kill(getpid(), SIGKILL);
    errno = error_number;
    return -1;
}

#define REAL(name) (__typeof__(&name))dlsym(RTLD_NEXT, #name)
#define ONCE(name) static __typeof__(&name) real; if (!real) real = REAL(name)

#define OPEN(name) int name(const char *path, int flags, ...) { \
    ONCE(name); va_list rest; va_start(rest, flags); mode_t mode = flags & (O_CREAT | __O_TMPFILE) ? va_arg(rest, mode_t) : 0; va_end(rest); \
    return at_path(flags & O_CREAT ? "create" : "open", AT_FDCWD, path) ? fails() : real(path, flags, mode); }
OPEN(open) OPEN(open64)
#define OPENAT(name) int name(int folder, const char *path, int flags, ...) { \
    ONCE(name); va_list rest; va_start(rest, flags); mode_t mode = flags & (O_CREAT | __O_TMPFILE) ? va_arg(rest, mode_t) : 0; va_end(rest); \
    return at_path(flags & O_CREAT ? "create" : "open", folder, path) ? fails() : real(folder, path, flags, mode); }
OPENAT(openat) OPENAT(openat64)

ssize_t write(int handle, const void *from, size_t n) {
    ONCE(write);
    if (!at_handle("write", handle)) return real(handle, from, n);
    if (!error_number && n > 1) real(handle, from, n / 2);
    return fails();
}
#define PWRITE(name, offset) ssize_t name(int handle, const void *from, size_t n, offset at) { \
    ONCE(name); if (!at_handle("write", handle)) return real(handle, from, n, at); \
    if (!error_number && n > 1) real(handle, from, n / 2, at); \
    return fails(); }
PWRITE(pwrite, off_t) PWRITE(pwrite64, off64_t)
ssize_t writev(int handle, const struct iovec *from, int n) { ONCE(writev); return at_handle("write", handle) ? fails() : real(handle, from, n); }
ssize_t read(int handle, void *to, size_t n) { ONCE(read); return at_handle("read", handle) ? fails() : real(handle, to, n); }
ssize_t pread(int handle, void *to, size_t n, off_t at) { ONCE(pread); return at_handle("read", handle) ? fails() : real(handle, to, n, at); }
ssize_t pread64(int handle, void *to, size_t n, off64_t at) { ONCE(pread64); return at_handle("read", handle) ? fails() : real(handle, to, n, at); }
int fsync(int handle) { ONCE(fsync); return at_handle("fsync", handle) ? fails() : real(handle); }
int fdatasync(int handle) { ONCE(fdatasync); return at_handle("fsync", handle) ? fails() : real(handle); }
int ftruncate(int handle, off_t n) { ONCE(ftruncate); return at_handle("truncate", handle) ? fails() : real(handle, n); }
int ftruncate64(int handle, off64_t n) { ONCE(ftruncate64); return at_handle("truncate", handle) ? fails() : real(handle, n); }
int rename(const char *from, const char *to) { ONCE(rename); return at_path("rename", AT_FDCWD, from) ? fails() : real(from, to); }
int renameat(int a, const char *from, int b, const char *to) { ONCE(renameat); return at_path("rename", a, from) ? fails() : real(a, from, b, to); }
int link(const char *from, const char *to) { ONCE(link); return at_path("link", AT_FDCWD, to) ? fails() : real(from, to); }
int linkat(int a, const char *from, int b, const char *to, int f) { ONCE(linkat); return at_path("link", b, to) ? fails() : real(a, from, b, to, f); }
int symlink(const char *from, const char *to) { ONCE(symlink); return at_path("link", AT_FDCWD, to) ? fails() : real(from, to); }
int unlink(const char *path) { ONCE(unlink); return at_path("unlink", AT_FDCWD, path) ? fails() : real(path); }
int unlinkat(int folder, const char *path, int f) { ONCE(unlinkat); return at_path("unlink", folder, path) ? fails() : real(folder, path, f); }
int rmdir(const char *path) { ONCE(rmdir); return at_path("rmdir", AT_FDCWD, path) ? fails() : real(path); }
int mkdir(const char *path, mode_t mode) { ONCE(mkdir); return at_path("mkdir", AT_FDCWD, path) ? fails() : real(path, mode); }
