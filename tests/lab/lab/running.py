# SPDX-License-Identifier: Apache-2.0
"""How a lab script begins and ends: packages, skipping, journals of a failed run, --keep, exit codes (77: skipped)."""

import argparse
import glob
import os
import sys
import traceback

from .errors import CannotRun, LabError
from .lab import Lab
from .narrator import Narrator

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", "..", ".."))


def built_package(pattern):
    """The newest package in out/ that matches; raises LabError with what to do if there is none."""
    found = sorted(glob.glob(f"{ROOT}/out/{pattern}"), key=os.path.getmtime)
    if not found:
        raise LabError(f"no out/{pattern}: packaging/build deb rpm")
    return found[-1]


def run_script(description, hosts, tell, install_deb=True):
    """Makes a lab of `hosts`, calls tell(lab, narrator) and returns the exit code of the script."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--keep", action="store_true", help="leave the hosts up and say how to log in")
    options = parser.parse_args()
    try:
        debs = [built_package("mainstay_*.deb")] if install_deb else []
        with Lab(hosts, debs=debs) as lab:
            narrator = Narrator(lab)
            held = False
            try:
                tell(lab, narrator)
                held = True
            except LabError as error:
                print(f"\nFAILED: {error}", flush=True)
                narrator.save_journals(f"{ROOT}/out/lab/{os.path.basename(sys.argv[0]).removesuffix('.py')}")
            except KeyboardInterrupt:
                raise
            except Exception:
                traceback.print_exc()
            if options.keep:
                say_how_to_log_in(lab)
            return 0 if held else 1
    except CannotRun as reason:
        print(f"skipped: cannot boot hosts here: {reason}")
        return 77
    except LabError as error:
        print(f"FAILED: {error}")
        return 1
    except KeyboardInterrupt:
        print("\ninterrupted; everything is removed")
        return 130


def say_how_to_log_in(lab):
    log_in, remove = lab.keep()
    print("\nThe hosts stay up. To log in:")
    for name, command in log_in.items():
        print(f"  {name}: {command}")
    print(f"To be the client: ip netns exec {lab.network.client} curl http://192.168.56.10/")
    print(f"To remove it all: {remove}")
