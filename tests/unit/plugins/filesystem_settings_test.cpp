// SPDX-License-Identifier: Apache-2.0
// Filesystem's parameters as settings.
#include <gtest/gtest.h>

#include <csignal>

#include "plugins/filesystem/settings.h"
#include "tests/unit/plugins/action_call.h"

namespace {

using mainstay::agent::ActionContext;
using mainstay::agent::ActionResult;
using mainstay::agent::OcfExitCode;
using mainstay::filesystem::CloneVerdict;
using mainstay::filesystem::ForceUnmount;
using mainstay::filesystem::judge_clone;
using mainstay::filesystem::read_settings;
using mainstay::filesystem::Settings;
using mainstay::testing::ActionCall;
using mainstay::testing::record_with_defaults;

/// Reads in the place of an action.
class Reader final : public mainstay::agent::ResourceAgent {
 public:
  ActionResult start(const ActionContext& context) override { return read(context); }
  ActionResult stop(const ActionContext& context) override { return read(context); }
  ActionResult monitor(const ActionContext& context) override { return read(context); }

  Settings settings;
  CloneVerdict verdict;

 private:
  ActionResult read(const ActionContext& context) {
    auto read = read_settings(context, "node1");
    if (const auto* complaint = std::get_if<ActionResult>(&read)) {
      return *complaint;
    }
    settings = std::get<Settings>(std::move(read));
    verdict = judge_clone(context, settings);
    return ActionResult::ok();
  }
};

using Values = std::map<std::string, std::string>;

class FilesystemSettings : public ::testing::Test {
 public:
  OcfExitCode read(Values parameters, const Values& meta = {},
                   const std::string& action = "start") {
    parameters.try_emplace("device", "/dev/vdb");
    parameters.try_emplace("directory", "/srv/data");
    ActionCall call{action};
    call.parameters = std::move(parameters);
    call.meta = meta;
    const auto& defaults = record_with_defaults({{"statusfile_prefix", ".Filesystem_status/"},
                                                 {"run_fsck", "auto"},
                                                 {"force_unmount", "true"},
                                                 {"term_signals", "TERM"},
                                                 {"kill_signals", "KILL"},
                                                 {"signal_delay", "1"}});
    return call.run(reader_, defaults).code;
  }
  const Settings& settings() const { return reader_.settings; }
  const CloneVerdict& verdict() const { return reader_.verdict; }

 private:
  Reader reader_;
};

TEST_F(FilesystemSettings, ReadsDevicesInEveryForm) {
  for (const auto& [text, device] : Values{{"/dev/vdb", "/dev/vdb"},
                                           {"UUID=1-2", "UUID=1-2"},
                                           {"-U 1-2", "UUID=1-2"},
                                           {"--uuid=1-2", "UUID=1-2"},
                                           {"-L data", "LABEL=data"},
                                           {"--label data", "LABEL=data"},
                                           {"server:/export", "server:/export"}}) {
    EXPECT_EQ(read({{"device", text}}), OcfExitCode::success);
    EXPECT_EQ(settings().device, device);
  }
  EXPECT_EQ(read({{"device", ""}}), OcfExitCode::err_configured);
}

TEST_F(FilesystemSettings, NeedsADirectoryToStart) {
  EXPECT_EQ(read({{"directory", ""}}), OcfExitCode::err_configured);
  EXPECT_EQ(read({{"directory", ""}}, {}, "monitor"), OcfExitCode::success);
  EXPECT_EQ(read({{"directory", ""}, {"fstype", "nfs"}}, {}, "monitor"),
            OcfExitCode::err_configured);
  EXPECT_EQ(read({{"directory", "/srv/data///"}}), OcfExitCode::success);
  EXPECT_EQ(settings().directory, "/srv/data");
  EXPECT_EQ(read({{"directory", "//"}}), OcfExitCode::success);
  EXPECT_EQ(settings().directory, "/");
}

TEST_F(FilesystemSettings, KnowsWhatIsOnABlockDeviceAndIsChecked) {
  read({{"fstype", "ext2"}});
  EXPECT_TRUE(settings().may_be_block_device);
  EXPECT_TRUE(settings().needs_fsck);
  read({{"fstype", "xfs"}});
  EXPECT_FALSE(settings().needs_fsck);
  read({{"fstype", "xfs"}, {"run_fsck", "force"}});
  EXPECT_TRUE(settings().needs_fsck);
  read({{"fstype", "ext2"}, {"run_fsck", "no"}});
  EXPECT_FALSE(settings().needs_fsck);
  read({{"fstype", "tmpfs"}});
  EXPECT_FALSE(settings().may_be_block_device);
  read({{"fstype", "ext4"}, {"options", "ro,loop=/dev/loop3"}});
  EXPECT_FALSE(settings().may_be_block_device);
  read({{"fstype", "none"}, {"options", "nobind"}});
  EXPECT_FALSE(settings().is_bind);
  read({{"fstype", "none"}, {"options", "ro,bind"}});
  EXPECT_TRUE(settings().is_bind);
}

TEST_F(FilesystemSettings, KnowsFileServers) {
  for (const std::string fstype : {"nfs", "nfs4", "efs", "aznfs", "cifs", "smbfs"}) {
    read({{"fstype", fstype}, {"device", "server:/path"}}, {{"clone-max", "2"}});
    EXPECT_TRUE(settings().is_remote()) << fstype;
    EXPECT_FALSE(settings().may_be_block_device) << fstype;
    EXPECT_FALSE(settings().needs_fsck) << fstype;
    EXPECT_FALSE(verdict().refused) << fstype;
  }
  read({{"fstype", "ceph"}});
  EXPECT_FALSE(settings().is_remote());
}

TEST_F(FilesystemSettings, RefusesClonesOfWhatIsNotMadeForIt) {
  const Values cloned = {{"clone-max", "2"}, {"clone", "0"}};
  const auto refused = [&](const Values& parameters) {
    read(parameters, cloned);
    return verdict().refused;
  };
  EXPECT_TRUE(refused({{"fstype", "ext4"}}));
  EXPECT_TRUE(refused({{"fstype", "xfs"}, {"options", "ro"}}));
  EXPECT_FALSE(refused({{"fstype", "xfs"}, {"force_clones", "true"}}));
  EXPECT_NE(verdict().warning, "");
  EXPECT_TRUE(refused({{"fstype", "btrfs"}}));
  EXPECT_TRUE(refused({{"fstype", "btrfs"}, {"force_clones", "true"}}));
  EXPECT_FALSE(refused({{"fstype", "iso9660"}, {"options", "ro"}}));
  EXPECT_FALSE(refused({{"fstype", "gfs2"}}));
  EXPECT_EQ(verdict().warning, "");
  read({{"fstype", "ext4"}});
  EXPECT_FALSE(verdict().refused);
}

TEST_F(FilesystemSettings, ReadsHowToEndUsers) {
  read({{"force_unmount", "safe"}, {"term_signals", "INT SIGTERM"}, {"kill_signals", "9"}});
  EXPECT_EQ(settings().force_unmount, ForceUnmount::safe);
  EXPECT_EQ(settings().term_signals, (std::vector<int>{SIGINT, SIGTERM}));
  EXPECT_EQ(settings().kill_signals, std::vector<int>{SIGKILL});
  read({{"force_unmount", "no"}});
  EXPECT_EQ(settings().force_unmount, ForceUnmount::no);
  read({{"force_unmount", ""}});
  EXPECT_EQ(settings().force_unmount, ForceUnmount::all);
  EXPECT_EQ(read({{"kill_signals", "HARD"}}), OcfExitCode::err_configured);
  EXPECT_EQ(read({{"signal_delay", "soon"}}), OcfExitCode::err_configured);
}

TEST_F(FilesystemSettings, NamesTheStatusFileByResourceInstanceAndNode) {
  read({}, {{"clone", "1"}});
  EXPECT_EQ(settings().status_file, "/srv/data/.Filesystem_status/R_1_node1");
  read({{"statusfile_prefix", "x-"}});
  EXPECT_EQ(settings().status_file, "/srv/data/x-R_node1");
}

}  // namespace
