// SPDX-License-Identifier: Apache-2.0
// What administrators see of the native Filesystem, and its export.
#include <array>

#include "plugins/filesystem/filesystem_agent.h"

namespace {

using mainstay::agent::Action;
using mainstay::agent::Description;
using mainstay::agent::Parameter;
using mainstay::agent::ParameterType;

constexpr auto kParameters = std::to_array<Parameter>({
    {.name = "device",
     .shortdesc = "What to mount",
     .longdesc = R"(A block device by its path, UUID=… or LABEL=… (also "-U …", "-L …"); )"
                 R"(HOST:/EXPORT of a file server; a directory to bind; "tmpfs".)",
     .default_value = "",
     .required = true},
    {.name = "directory",
     .shortdesc = "Mount point",
     .longdesc = "The directory at which to mount; made at start if it does not exist.",
     .default_value = "",
     .required = true},
    {.name = "fstype",
     .shortdesc = "Type of the filesystem",
     .longdesc = "As for mount(8): \"xfs\", \"ext4\", \"nfs4\", \"tmpfs\", … \"none\" for bind "
                 "mounts. Without it the type is found out.",
     .default_value = ""},
    {.name = "options",
     .shortdesc = "Mount options",
     .longdesc = "As for mount -o. \"bind\" makes a bind mount.",
     .default_value = ""},
    {.name = "statusfile_prefix",
     .shortdesc = "Where monitors of depth 20 write",
     .longdesc = "Beginning of the status file's path below the mount point. A monitor of depth 20 "
                 "writes and reads it.",
     .default_value = ".Filesystem_status/"},
    {.name = "run_fsck",
     .shortdesc = "Whether to check the filesystem before it is mounted",
     .longdesc = "\"auto\": unless the type checks itself; \"force\"; \"no\".",
     .default_value = "auto"},
    {.name = "fast_stop",
     .shortdesc = "Give up early when nothing can free the filesystem",
     .longdesc = "Whether stop tries for six seconds only, instead of for the action's timeout.",
     .default_value = "no",
     .type = ParameterType::boolean},
    {.name = "force_clones",
     .shortdesc = "Allow a clone of a filesystem that is not made for it",
     .longdesc = "Allows a local filesystem to run as a clone. Two nodes that write to the same "
                 "device destroy it.",
     .default_value = "false",
     .type = ParameterType::boolean},
    {.name = "force_unmount",
     .shortdesc = "Whose processes to end when the filesystem is busy",
     .longdesc = "\"true\": all that use the filesystem; \"safe\": those with files below the "
                 "mount point, found without touching it; \"false\": none.",
     .default_value = "true"},
    {.name = "term_signals",
     .shortdesc = "Signals for the first half of stop",
     .longdesc = "Sent, one after the other, to those who use the filesystem.",
     .default_value = "TERM"},
    {.name = "kill_signals",
     .shortdesc = "Signals for the second half of stop",
     .longdesc = "Sent, one after the other, to those who still use the filesystem.",
     .default_value = "KILL"},
    {.name = "signal_delay",
     .shortdesc = "Seconds between signals",
     .longdesc = "How long to wait, at most, for those who were signalled.",
     .default_value = "1",
     .type = ParameterType::integer},
});

constexpr auto kActions = std::to_array<Action>({
    {.name = "start", .timeout_ms = 60'000},
    {.name = "stop", .timeout_ms = 60'000},
    {.name = "status", .timeout_ms = 40'000, .interval_ms = 20'000},
    {.name = "monitor", .timeout_ms = 40'000, .interval_ms = 20'000},
    {.name = "validate-all", .timeout_ms = 5'000},
    {.name = "meta-data", .timeout_ms = 5'000},
});

constexpr Description kDescription{
    .type = "Filesystem",
    .version = "1.1",
    .shortdesc = "Manages mounts of filesystems",
    .longdesc =
        "Mounts a filesystem on the active node and unmounts it again. A monitor looks "
        "whether it is mounted; of depth 10 it also reads the device, of depth 20 it "
        "writes and reads a file. Native: by libmount, and told by the kernel when "
        "something is unmounted.",
    .parameters = kParameters,
    .actions = kActions,
    // Mounts, the search for users of a filesystem and their end; and what mount's helpers need,
    // of which some (FUSE) stay and are the filesystem. mount.cifs refuses to run without
    // CAP_DAC_READ_SEARCH.
    .capabilities =
        "CAP_CHOWN CAP_DAC_OVERRIDE CAP_DAC_READ_SEARCH CAP_FOWNER CAP_FSETID CAP_KILL "
        "CAP_MKNOD CAP_NET_BIND_SERVICE CAP_SETGID CAP_SETPCAP CAP_SETUID CAP_SYS_ADMIN "
        "CAP_SYS_MODULE CAP_SYS_PTRACE CAP_SYS_RESOURCE",
    .leaves_processes = true,
};

}  // namespace

MAINSTAY_AGENT_PLUGIN(mainstay::filesystem::FilesystemAgent, kDescription)
