// SPDX-License-Identifier: Apache-2.0
// ocf:heartbeat:Filesystem: tmpfs, bind mounts, and filesystems in files and on loop devices.
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <regex>
#include <sstream>

#include "tests/component/parity/parity.h"

namespace mainstay::parity {
namespace {

using nlohmann::json;

void build_files() {
  shell("mkdir -p /run/source/below && touch /run/source/file");
  shell("truncate -s 8M /run/disk.img && mkfs.ext4 -q -L parity /run/disk.img");
}

/// The mounts below /run, by what an administrator sees of them, and the files in them.
json mounts() {
  json seen = json::array();
  const std::string listed = output_of(
      "findmnt -r -n -o TARGET,SOURCE,FSTYPE,VFS-OPTIONS,FS-OPTIONS | grep -v '^/run/netns' | grep "
      "'^/run/'; "
      "find /run/mnt -mindepth 1 -not -name 'lost*found' 2>/dev/null | sort");
  std::istringstream lines(std::regex_replace(listed, std::regex("/dev/loop[0-9]+"), "/dev/loop"));
  for (std::string line; std::getline(lines, line);) {
    seen.push_back(line);
  }
  return seen;
}

const Agent kFilesystem{
    .provider = "heartbeat",
    .type = "Filesystem",
    .plugin = "filesystem",
    .build = build_files,
    .look = mounts,
    .story = {"probe", "stop", "start", "monitor", "start", "probe", "status", "monitor@10",
              "monitor@20", "validate-all", "stop", "monitor", "stop"},
    .common = {{"directory", "/run/mnt"}},
};

Parameters tmpfs(Parameters more = {}) {
  more.try_emplace("device", "tmpfs");
  more.try_emplace("fstype", "tmpfs");
  return more;
}
Parameters bind(Parameters more = {}) {
  more.try_emplace("device", "/run/source");
  more.try_emplace("fstype", "none");
  more.try_emplace("options", "bind");
  return more;
}
Parameters file(Parameters more = {}) {
  more.try_emplace("device", "/run/disk.img");
  more.try_emplace("fstype", "ext4");
  more.try_emplace("options", "loop");
  return more;
}

/// On a loop device, which the story gives back at its end whatever came of it.
Story on_loop(Story story) {
  story.insert(story.begin(), "!ln -s $(losetup -f --show /run/disk.img) /run/disk");
  story.emplace_back("!umount /run/mnt 2>&-; losetup -d $(readlink /run/disk)");
  return story;
}
Parameters disk(Parameters more = {}) {
  more.try_emplace("device", "/run/disk");
  more.try_emplace("fstype", "ext4");
  return more;
}

const Story kLife = {"probe",      "start", "monitor", "monitor@10",
                     "monitor@20", "start", "stop",    "monitor"};

const std::vector<Case> kCases = {
    {"Tmpfs", tmpfs()},
    {"TmpfsWithOptions", tmpfs({{"options", "size=64k,mode=0700,noexec"}})},
    {"TmpfsNamedOtherwise", tmpfs({{"device", "none"}})},
    {"DirectoryIsMade", tmpfs({{"directory", "/run/mnt/deep/er"}})},
    {"SlashesAtTheEnd", tmpfs({{"directory", "/run/mnt///"}})},
    {"DirectoryWithBlank", tmpfs({{"directory", "/run/my mnt"}})},
    {"DirectoryIsALink",
     tmpfs(),
     {"!mkdir /run/real && ln -s real /run/mnt", "probe", "start", "monitor", "start", "stop",
      "monitor"}},
    {"DirectoryIsAFile", tmpfs(), {"!touch /run/mnt", "probe", "start", "monitor", "stop"}},
    {"StatusFileElsewhere", tmpfs({{"statusfile_prefix", "status-"}})},
    {"StatusFileIsRemovedByStop", bind(), {"start", "monitor@20", "stop@20"}},
    {"StatusFileOnReadOnly",
     tmpfs({{"options", "ro"}}),
     {"start", "monitor", "monitor@20", "stop"}},
    {"UnknownDepth", tmpfs(), {"start", "monitor@15", "stop"}},
    {"Bind", bind()},
    {"BindWithOption",
     bind({{"options", "bind,noatime"}}),
     {"start", "monitor", "start", "stop", "monitor"}},
    {"BindOfNothing", bind({{"device", "/run/none"}}), {"probe", "start", "monitor", "stop"}},
    {"BindOfNoType", bind({{"fstype", ""}})},
    {"RecursiveBind",
     bind({{"options", "rbind"}}),
     {"!mount -t tmpfs none /run/source/below", "probe", "start", "monitor", "stop", "monitor"}},
    {"File", file()},
    {"FileReadOnly", file({{"options", "loop,ro"}}), {"start", "monitor", "monitor@10", "stop"}},
    {"FileWithoutType", file({{"fstype", ""}, {"run_fsck", "no"}}), kLife},
    {"FileOfWrongType", file({{"fstype", "vfat"}}), {"probe", "start", "monitor", "stop"}},
    {"FileMissing", file({{"device", "/run/none.img"}}), {"probe", "start", "monitor", "stop"}},
    {"Device", disk(), on_loop(kLife)},
    {"DeviceChecked", disk({{"run_fsck", "force"}}), on_loop(kLife)},
    {"DeviceWithoutType", disk({{"fstype", ""}}), on_loop(kLife)},
    {"DeviceBroken", disk({{"run_fsck", "force"}}),
     on_loop({"!dd if=/dev/zero of=/run/disk bs=1M count=8 2> /dev/null", "probe", "start",
              "monitor", "stop"})},
    {"DeviceMountedTwice", disk(),
     on_loop({"start", "!mkdir /run/other && mount /run/disk /run/other", "monitor", "stop"})},
    {"DeviceMissing", disk({{"device", "/dev/nosuch"}}), {"probe", "monitor", "stop"}},
    {"DeviceAsAClone",
     disk(),
     on_loop({"probe", "start", "monitor", "stop"}),
     {{"clone", "0"}, {"clone-max", "2"}}},
    {"DeviceAsAForcedClone",
     disk({{"force_clones", "true"}}),
     on_loop(kLife),
     {{"clone", "0"}, {"clone-max", "2"}}},
    {"TmpfsAsAClone", tmpfs(), {}, {{"clone", "1"}, {"clone-max", "2"}}},
    {"UnknownType", tmpfs({{"fstype", "nosuchfs"}}), {"probe", "start", "monitor", "stop"}},
    {"NoDevice", {{"fstype", "tmpfs"}}},
    {"NoDirectory", tmpfs({{"directory", ""}})},
    {"NoDirectoryForADevice", disk({{"directory", ""}}),
     on_loop({"probe", "start", "monitor", "stop"})},
    {"MountBelow",
     tmpfs(),
     {"!mkdir -p /run/mnt/below && mount -t tmpfs none /run/mnt/below", "probe", "start", "monitor",
      "stop"}},
    {"MountsOnTop",
     tmpfs(),
     {"start",
      "!mkdir -p /run/mnt/a/b && mount -t tmpfs a /run/mnt/a && mkdir /run/mnt/a/b && "
      "mount -t tmpfs b /run/mnt/a/b",
      "monitor", "stop", "monitor"}},
    {"UnmountedBehindItsBack",
     tmpfs(),
     {"start", "!umount /run/mnt", "monitor", "start", "monitor", "stop"}},
    {"BusyWithAWorkingDirectory",
     tmpfs(),
     {"start", "!cd /run/mnt; sleep 300 > /dev/null 2>&1 & true", "stop", "monitor"}},
    {"BusyWithAFile",
     tmpfs({{"force_unmount", "safe"}}),
     {"start", "!exec 9> /run/mnt/held; sleep 300 > /dev/null 2>&1 & true", "stop", "monitor"}},
    {"BusyAndDeafToTerm",
     tmpfs({{"fast_stop", "yes"}}),
     {"start", "!(trap '' TERM; cd /run/mnt; exec sleep 300) > /dev/null 2>&1 & true", "stop",
      "monitor"}},
    {"BusyAndNobodyToBeEnded",
     tmpfs({{"fast_stop", "yes"}, {"force_unmount", "false"}}),
     {"start", "!cd /run/mnt; sleep 300 > /dev/null 2>&1 & true", "stop", "monitor",
      "!pkill -KILL --ns $$ --nslist net -x sleep"}},
    {"ServedByBoth",
     file(),
     {"start", "other:monitor", "other:stop", "monitor", "other:start", "start", "stop"}},
};

INSTANTIATE_TEST_SUITE_P(Filesystem, Parity, ::testing::ValuesIn(all_of(kFilesystem, kCases)),
                         name_of);
INSTANTIATE_TEST_SUITE_P(Filesystem, MetaData, ::testing::Values(&kFilesystem));

TEST(FilesystemOnTheKernel, LetsABindMountsOptionsChangeThatMountAlone) {
  const json told = tell_natively(kFilesystem, {"",
                                                bind({{"options", "bind,ro"}}),
                                                {"start", "!touch /run/source/still-writable",
                                                 "!! touch /run/mnt/read-only 2>&-", "stop"}});
  ASSERT_TRUE(told.is_array());
  EXPECT_EQ(told[0]["code"], 0);
  EXPECT_EQ(told[1]["code"], 0);
}

TEST(FilesystemOnTheKernel, FindsADeviceByItsLabel) {
  const json told =
      tell_natively(kFilesystem, {"", disk({{"device", "LABEL=parity"}}),
                                  on_loop({"start", "monitor", "monitor@10", "stop", "monitor"})});
  ASSERT_TRUE(told.is_array());
  EXPECT_EQ(told[0]["code"], 0) << told[0].dump();
  EXPECT_EQ(told[2]["code"], 0);
  EXPECT_EQ(told[3]["code"], 0);
  EXPECT_EQ(told[4]["code"], 7);
}

}  // namespace
}  // namespace mainstay::parity
