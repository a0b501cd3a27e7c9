/* Recorder of the power-cut rig, loaded before libc into the real binary (LD_PRELOAD).
 * Every change below the folder INKSTONE_POWER_ROOT goes into the log INKSTONE_POWER_LOG after it was done and
 * before anybody hears of it; flushes are written down as begun and ended, and not done: the disk never loses
 * its power, the replayer (disk.rs) does that. Not recorded: the -shm files, which SQLite makes anew.
 * A call that the replayer could not replay is recorded as such and fails the test.
 * INKSTONE_POWER_KILL_AT=N: the process kills itself right after its N-th change, for the kill rig. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum { WRITE = 1, SIZE, BEGIN, END, CREATE, MKDIR, UNLINK, RENAME, LINK, UNKNOWN };
enum { MOST = 65536 };

struct head { uint32_t magic, kind; uint64_t a, b, c, n1, n2; };

static char root[PATH_MAX];
static size_t root_len;
static int log_fd = -1;
static useconds_t flush_us;
static uint64_t tracked[MOST]; /* inode number of an open file below the root; 0: not ours */
static uint64_t flushes;
static long kill_after; /* changes; 0: never */
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

__attribute__((constructor)) static void begin(void) {
    const char *where = getenv("INKSTONE_POWER_ROOT"), *log = getenv("INKSTONE_POWER_LOG");
    const char *us = getenv("INKSTONE_POWER_FLUSH_US");
    if (!where || !log) return;
    snprintf(root, sizeof root, "%s", where);
    root_len = strlen(root);
    const char *last = getenv("INKSTONE_POWER_KILL_AT");
    flush_us = us ? (useconds_t)atoi(us) : 0;
    kill_after = last ? atol(last) : 0;
    int fd = syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    log_fd = syscall(SYS_fcntl, fd, F_DUPFD_CLOEXEC, 500);
    syscall(SYS_close, fd);
}

/* The order of the log is the order of the changes, in all threads and processes. */
static void lock(void) {
    pthread_mutex_lock(&mutex);
    if (log_fd >= 0) syscall(SYS_flock, log_fd, LOCK_EX);
}

static void unlock(void) {
    int kept = errno;
    if (log_fd >= 0) syscall(SYS_flock, log_fd, LOCK_UN);
    pthread_mutex_unlock(&mutex);
    errno = kept;
}

static void note(int kind, uint64_t a, uint64_t b, uint64_t c, const struct iovec *data, int pieces, const char *second) {
    int kept = errno;
    struct head head = { 0x504b4e49, (uint32_t)kind, a, b, c, 0, second ? strlen(second) : 0 };
    struct iovec all[1 + IOV_MAX / 2];
    int n = 1;
    for (int i = 0; i < pieces && n < (int)(sizeof all / sizeof *all) - 1; i++) {
        head.n1 += data[i].iov_len;
        all[n++] = data[i];
    }
    if (second) all[n++] = (struct iovec){ (void *)second, head.n2 };
    all[0] = (struct iovec){ &head, sizeof head };
    if (syscall(SYS_writev, log_fd, all, n) != (long)(sizeof head + head.n1 + head.n2)) abort();
    if (kill_after && !--kill_after) kill(getpid(), SIGKILL);
    errno = kept;
}

static void note_name(int kind, uint64_t a, uint64_t b, const char *name, const char *second) {
    struct iovec one = { (void *)name, strlen(name) };
    note(kind, a, b, 0, &one, 1, second);
}

static void unknown(const char *what) { note_name(UNKNOWN, 0, 0, what, NULL); }

static int below(const char *path) {
    return root_len && !strncmp(path, root, root_len) && (path[root_len] == '/' || !path[root_len]);
}

static int is_shm(const char *path) {
    size_t n = strlen(path);
    return n > 4 && !strcmp(path + n - 4, "-shm");
}

/* Absolute path of a name; 0 where it is not ours. */
static int whole(int dir, const char *path, char out[PATH_MAX]) {
    char base[PATH_MAX] = "";
    if (!root_len || !path) return 0;
    if (path[0] != '/') {
        if (dir == AT_FDCWD) {
            if (syscall(SYS_getcwd, base, sizeof base) < 0) return 0;
        } else {
            char link[64];
            snprintf(link, sizeof link, "/proc/self/fd/%d", dir);
            ssize_t n = readlink(link, base, sizeof base - 1);
            if (n < 0) return 0;
            base[n] = 0;
        }
        strncat(base, "/", sizeof base - strlen(base) - 1);
    }
    if ((size_t)snprintf(out, PATH_MAX, "%s%s", base, path) >= PATH_MAX) return 0;
    size_t n = strlen(out);
    while (n > 1 && out[n - 1] == '/') out[--n] = 0;
    return below(out) && !is_shm(out);
}

static uint64_t inode_at(const char *path) {
    struct stat st;
    return lstat(path, &st) ? 0 : st.st_ino;
}

static uint64_t parent_of(const char *path, const char **name) {
    char folder[PATH_MAX];
    const char *cut = strrchr(path, '/');
    *name = cut + 1;
    snprintf(folder, sizeof folder, "%.*s", (int)(cut - path), path);
    return inode_at(folder);
}

/* Inode of an open file of ours. A number closed behind our back and used again is not ours. */
static uint64_t ours(int fd) {
    struct stat st;
    if (fd < 0 || fd >= MOST || !tracked[fd]) return 0;
    if (fstat(fd, &st) || st.st_ino != tracked[fd]) return tracked[fd] = 0;
    return st.st_ino;
}

static void track(int fd, uint64_t inode) {
    if (fd >= 0 && fd < MOST) tracked[fd] = inode;
}

static int opened(int dir, const char *path, int flags, mode_t mode) {
    char at[PATH_MAX];
    int mine = whole(dir, path, at);
    lock();
    int was = mine && inode_at(at);
    int fd = syscall(SYS_openat, dir, path, flags, mode);
    if (fd >= 0 && !mine) track(fd, 0);
    if (fd >= 0 && mine) {
        struct stat st;
        fstat(fd, &st);
        track(fd, st.st_ino);
        const char *name;
        uint64_t parent = parent_of(at, &name);
        if (!was) note_name(CREATE, parent, st.st_ino, name, NULL);
        else if (flags & O_TRUNC) note(SIZE, st.st_ino, 0, 0, NULL, 0, NULL);
    }
    unlock();
    return fd;
}

#define MODE(flags) mode_t mode = 0; if ((flags) & (O_CREAT | O_TMPFILE)) { va_list ap; va_start(ap, flags); mode = va_arg(ap, mode_t); va_end(ap); }
int open(const char *path, int flags, ...) { MODE(flags) return opened(AT_FDCWD, path, flags, mode); }
int open64(const char *path, int flags, ...) { MODE(flags) return opened(AT_FDCWD, path, flags, mode); }
int openat(int dir, const char *path, int flags, ...) { MODE(flags) return opened(dir, path, flags, mode); }
int openat64(int dir, const char *path, int flags, ...) { MODE(flags) return opened(dir, path, flags, mode); }
int creat(const char *path, mode_t mode) { return opened(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode); }
int creat64(const char *path, mode_t mode) { return creat(path, mode); }

int close(int fd) {
    if (fd >= 0 && fd < MOST) tracked[fd] = 0;
    return syscall(SYS_close, fd);
}

static int copied(int from, int to) {
    if (to >= 0) track(to, ours(from));
    return to;
}
int dup(int fd) { return copied(fd, syscall(SYS_dup, fd)); }
int dup2(int fd, int to) { return fd == to ? fd : copied(fd, syscall(SYS_dup3, fd, to, 0)); }
int dup3(int fd, int to, int flags) { return copied(fd, syscall(SYS_dup3, fd, to, flags)); }
static int control(int fd, int what, void *arg) {
    int done = syscall(SYS_fcntl, fd, what, arg);
    return what == F_DUPFD || what == F_DUPFD_CLOEXEC ? copied(fd, done) : done;
}
int fcntl(int fd, int what, ...) { va_list ap; va_start(ap, what); void *arg = va_arg(ap, void *); va_end(ap); return control(fd, what, arg); }
int fcntl64(int fd, int what, ...) { va_list ap; va_start(ap, what); void *arg = va_arg(ap, void *); va_end(ap); return control(fd, what, arg); }

/* `at` is -1 where the file's own position counts. */
static ssize_t written(int fd, const struct iovec *data, int pieces, off_t at) {
    uint64_t inode = ours(fd);
    if (!inode) return at < 0 ? syscall(SYS_writev, fd, data, pieces) : syscall(SYS_pwritev, fd, data, pieces, at, 0);
    lock();
    ssize_t n = at < 0 ? syscall(SYS_writev, fd, data, pieces) : syscall(SYS_pwritev, fd, data, pieces, at, 0);
    if (n > 0) {
        off_t from = at < 0 ? syscall(SYS_lseek, fd, 0, SEEK_CUR) - n : at;
        struct iovec cut[IOV_MAX / 2];
        size_t left = n;
        int k = 0;
        for (; k < pieces && left; k++) {
            cut[k] = data[k];
            if (cut[k].iov_len > left) cut[k].iov_len = left;
            left -= cut[k].iov_len;
        }
        note(WRITE, inode, 0, from, cut, k, NULL);
    }
    unlock();
    return n;
}
ssize_t write(int fd, const void *data, size_t n) { struct iovec one = { (void *)data, n }; return written(fd, &one, 1, -1); }
ssize_t writev(int fd, const struct iovec *data, int n) { return written(fd, data, n, -1); }
ssize_t pwrite(int fd, const void *data, size_t n, off_t at) { struct iovec one = { (void *)data, n }; return written(fd, &one, 1, at); }
ssize_t pwrite64(int fd, const void *data, size_t n, off64_t at) { return pwrite(fd, data, n, at); }
ssize_t pwritev(int fd, const struct iovec *data, int n, off_t at) { return written(fd, data, n, at); }
ssize_t pwritev64(int fd, const struct iovec *data, int n, off64_t at) { return written(fd, data, n, at); }

static int sized(int fd) {
    struct stat st;
    fstat(fd, &st);
    note(SIZE, st.st_ino, 0, st.st_size, NULL, 0, NULL);
    return 0;
}
int ftruncate(int fd, off_t size) {
    lock();
    int done = syscall(SYS_ftruncate, fd, size);
    if (!done && ours(fd)) sized(fd);
    unlock();
    return done;
}
int ftruncate64(int fd, off64_t size) { return ftruncate(fd, size); }
int fallocate(int fd, int mode, off_t at, off_t n) {
    lock();
    int done = syscall(SYS_fallocate, fd, mode, at, n);
    if (!done && ours(fd)) { if (mode & ~FALLOC_FL_KEEP_SIZE) unknown("fallocate"); else sized(fd); }
    unlock();
    return done;
}
int fallocate64(int fd, int mode, off64_t at, off64_t n) { return fallocate(fd, mode, at, n); }
int posix_fallocate(int fd, off_t at, off_t n) { return fallocate(fd, 0, at, n) ? errno : 0; }
int posix_fallocate64(int fd, off64_t at, off64_t n) { return posix_fallocate(fd, at, n); }
int truncate(const char *path, off_t size) {
    int fd = opened(AT_FDCWD, path, O_WRONLY, 0);
    if (fd < 0) return -1;
    int done = ftruncate(fd, size);
    close(fd);
    return done;
}
int truncate64(const char *path, off64_t size) { return truncate(path, size); }

/* What was written before a flush began is safe when it ends. */
static int flushed(int fd, int call) {
    uint64_t inode = ours(fd);
    if (!inode) return syscall(call, fd);
    lock();
    uint64_t n = ((uint64_t)getpid() << 32) | ++flushes;
    note(BEGIN, inode, n, 0, NULL, 0, NULL);
    unlock();
    if (flush_us) usleep(flush_us);
    lock();
    note(END, inode, n, 0, NULL, 0, NULL);
    unlock();
    return 0;
}
int fsync(int fd) { return flushed(fd, SYS_fsync); }
int fdatasync(int fd) { return flushed(fd, SYS_fdatasync); }
int sync_file_range(int fd, off64_t at, off64_t n, unsigned flags) { (void)fd, (void)at, (void)n, (void)flags; return 0; }

int renameat2(int from_dir, const char *from, int to_dir, const char *to, unsigned flags) {
    char a[PATH_MAX], b[PATH_MAX];
    int mine = whole(from_dir, from, a), theirs = whole(to_dir, to, b);
    lock();
    int done = syscall(SYS_renameat2, from_dir, from, to_dir, to, flags);
    if (!done && (mine || theirs)) {
        const char *old, *new;
        if (!mine || !theirs || flags & ~1u) unknown("rename");
        else {
            uint64_t p = parent_of(a, &old), q = parent_of(b, &new);
            note_name(RENAME, p, q, old, new);
        }
    }
    unlock();
    return done;
}
int renameat(int from_dir, const char *from, int to_dir, const char *to) { return renameat2(from_dir, from, to_dir, to, 0); }
int rename(const char *from, const char *to) { return renameat2(AT_FDCWD, from, AT_FDCWD, to, 0); }

int unlinkat(int dir, const char *path, int flags) {
    char at[PATH_MAX];
    int mine = whole(dir, path, at);
    lock();
    int done = syscall(SYS_unlinkat, dir, path, flags);
    if (!done && mine) {
        const char *name;
        uint64_t parent = parent_of(at, &name);
        note_name(UNLINK, parent, 0, name, NULL);
    }
    unlock();
    return done;
}
int unlink(const char *path) { return unlinkat(AT_FDCWD, path, 0); }
int rmdir(const char *path) { return unlinkat(AT_FDCWD, path, AT_REMOVEDIR); }
int remove(const char *path) { return unlink(path) && errno == EISDIR ? rmdir(path) : 0; }

int mkdirat(int dir, const char *path, mode_t mode) {
    char at[PATH_MAX];
    int mine = whole(dir, path, at);
    lock();
    int done = syscall(SYS_mkdirat, dir, path, mode);
    /* the root itself stands before the log begins */
    if (!done && mine && strcmp(at, root)) {
        const char *name;
        uint64_t parent = parent_of(at, &name);
        note_name(MKDIR, parent, inode_at(at), name, NULL);
    }
    unlock();
    return done;
}
int mkdir(const char *path, mode_t mode) { return mkdirat(AT_FDCWD, path, mode); }

int linkat(int from_dir, const char *from, int to_dir, const char *to, int flags) {
    char at[PATH_MAX];
    int mine = whole(to_dir, to, at);
    lock();
    int done = syscall(SYS_linkat, from_dir, from, to_dir, to, flags);
    if (!done && mine) {
        const char *name;
        uint64_t parent = parent_of(at, &name);
        note_name(LINK, parent, inode_at(at), name, NULL);
    }
    unlock();
    return done;
}
int link(const char *from, const char *to) { return linkat(AT_FDCWD, from, AT_FDCWD, to, 0); }
int symlinkat(const char *what, int dir, const char *path) {
    char at[PATH_MAX];
    if (whole(dir, path, at)) { lock(); unknown("symlink"); unlock(); }
    return syscall(SYS_symlinkat, what, dir, path);
}
int symlink(const char *what, const char *path) { return symlinkat(what, AT_FDCWD, path); }

/* The caller falls back to read and write, which are seen. */
static int refused(int fd) {
    if (!ours(fd)) return 0;
    errno = ENOSYS;
    return 1;
}
ssize_t copy_file_range(int in, off64_t *from, int out, off64_t *to, size_t n, unsigned flags) {
    return refused(out) ? -1 : syscall(SYS_copy_file_range, in, from, out, to, n, flags);
}
ssize_t sendfile(int out, int in, off_t *from, size_t n) { return refused(out) ? -1 : syscall(SYS_sendfile, out, in, from, n); }
ssize_t sendfile64(int out, int in, off64_t *from, size_t n) { return sendfile(out, in, from, n); }
ssize_t splice(int in, off64_t *from, int out, off64_t *to, size_t n, unsigned flags) {
    return refused(out) ? -1 : syscall(SYS_splice, in, from, out, to, n, flags);
}

void *mmap(void *at, size_t n, int guard, int flags, int fd, off_t from) {
    if (fd >= 0 && guard & PROT_WRITE && flags & MAP_SHARED && ours(fd)) { lock(); unknown("mmap"); unlock(); }
    return (void *)syscall(SYS_mmap, at, n, guard, flags, fd, from);
}
void *mmap64(void *at, size_t n, int guard, int flags, int fd, off64_t from) { return mmap(at, n, guard, flags, fd, from); }
