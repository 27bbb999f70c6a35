#include "tile/program_sandbox.hpp"

#include <fcntl.h>
#include <linux/landlock.h>
#include <seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <initializer_list>

#include "blob/unique_fd.hpp"

namespace sightline::server {
namespace {

constexpr std::uint64_t kRead = LANDLOCK_ACCESS_FS_READ_FILE;
constexpr std::uint64_t kRunBelow =
    LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR | LANDLOCK_ACCESS_FS_EXECUTE;
/// Every right of Landlock's first version: what is not granted below is forbidden.
constexpr std::uint64_t kAllRights = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1;

bool limit(__rlimit_resource_t what, rlim_t most) {
  rlimit const value{most, most};
  return ::setrlimit(what, &value) == 0;
}

/// A path that is not there grants nothing, and that is fine.
bool grant(int rules, char const* path, std::uint64_t rights) {
  UniqueFd const place(::open(path, O_PATH | O_CLOEXEC));
  if (place.get() < 0) return errno == ENOENT;
  landlock_path_beneath_attr const rule{rights, place.get()};
  return ::syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) == 0;
}

bool restrict_files(std::string const& program) {
  landlock_ruleset_attr attributes{};
  attributes.handled_access_fs = kAllRights;
  UniqueFd const rules(
      static_cast<int>(::syscall(SYS_landlock_create_ruleset, &attributes, sizeof attributes, 0)));
  if (rules.get() < 0) return false;
  for (char const* folder : {"/usr", "/lib", "/lib64"})
    if (!grant(rules.get(), folder, kRunBelow)) return false;
  return grant(rules.get(), "/etc/ld.so.cache", kRead) &&
         grant(rules.get(), program.c_str(), kRead | LANDLOCK_ACCESS_FS_EXECUTE) &&
         ::syscall(SYS_landlock_restrict_self, rules.get(), 0) == 0;
}

/// What loading a program and its libraries, and computing in it, needs.
constexpr std::initializer_list<int> kAllowed = {
    SCMP_SYS(execve),
    SCMP_SYS(read),
    SCMP_SYS(pread64),
    SCMP_SYS(close),
    SCMP_SYS(fstat),
    SCMP_SYS(newfstatat),
    SCMP_SYS(statfs),
    SCMP_SYS(access),
    SCMP_SYS(faccessat),
    SCMP_SYS(lseek),
    SCMP_SYS(getdents64),
    SCMP_SYS(readlink),
    SCMP_SYS(mmap),
    SCMP_SYS(munmap),
    SCMP_SYS(mprotect),
    SCMP_SYS(mremap),
    SCMP_SYS(brk),
    SCMP_SYS(madvise),
    SCMP_SYS(arch_prctl),
    SCMP_SYS(set_tid_address),
    SCMP_SYS(set_robust_list),
    SCMP_SYS(rseq),
    SCMP_SYS(futex),
    SCMP_SYS(getrandom),
    SCMP_SYS(clock_gettime),
    SCMP_SYS(gettimeofday),
    SCMP_SYS(time),
    SCMP_SYS(getrusage),
    SCMP_SYS(getpid),
    SCMP_SYS(gettid),
    SCMP_SYS(getuid),
    SCMP_SYS(geteuid),
    SCMP_SYS(getgid),
    SCMP_SYS(getegid),
    SCMP_SYS(uname),
    SCMP_SYS(getcwd),
    SCMP_SYS(sysinfo),
    SCMP_SYS(sched_getaffinity),
    SCMP_SYS(sched_yield),
    SCMP_SYS(poll),
    SCMP_SYS(ppoll),
    SCMP_SYS(rt_sigaction),
    SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(rt_sigreturn),
    SCMP_SYS(sigaltstack),
    SCMP_SYS(restart_syscall),
    SCMP_SYS(exit),
    SCMP_SYS(exit_group),
};

bool allow_where(scmp_filter_ctx filter, int call, scmp_arg_cmp const& condition) {
  return seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, call, 1, &condition) == 0;
}

bool filter_calls() {
  scmp_filter_ctx const filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
  if (!filter) return false;
  bool ok = true;
  for (int const call : kAllowed)
    ok = ok && seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, call, 0, nullptr) == 0;
  for (int const fd : {STDOUT_FILENO, STDERR_FILENO})
    ok = ok &&
         allow_where(filter, SCMP_SYS(write), {0, SCMP_CMP_EQ, static_cast<scmp_datum_t>(fd), 0});
  constexpr scmp_datum_t kWrites = O_ACCMODE | O_CREAT | O_TRUNC;
  ok = ok && allow_where(filter, SCMP_SYS(openat), {2, SCMP_CMP_MASKED_EQ, kWrites, O_RDONLY});
  ok = ok && seccomp_load(filter) == 0;
  seccomp_release(filter);
  return ok;
}

}  // namespace

Status enter_program_sandbox(SandboxLimits const& limits, std::string const& program) {
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
    return fail(Errc::io, "the kernel refuses no_new_privs");
  bool const is_limited = limit(RLIMIT_AS, limits.memory_bytes) &&
                          limit(RLIMIT_CPU, limits.cpu_seconds) && limit(RLIMIT_NOFILE, 64) &&
                          limit(RLIMIT_FSIZE, 0) && limit(RLIMIT_CORE, 0) && limit(RLIMIT_NPROC, 0);
  if (!is_limited) return fail(Errc::io, "the kernel refuses the resource limits");
  if (!restrict_files(program)) return fail(Errc::io, "the kernel has no Landlock");
  if (!filter_calls()) return fail(Errc::io, "the kernel refuses the system call filter");
  return {};
}

int run_program_worker(char* const* command) {
  constexpr SandboxLimits kLimits{2ull << 30, 120};
  if (command[0] == nullptr || !enter_program_sandbox(kLimits, command[0])) return 3;
  char* const no_environment[] = {nullptr};
  ::execve(command[0], command, no_environment);
  return 4;
}

}  // namespace sightline::server
