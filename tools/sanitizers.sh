# SPDX-License-Identifier: GPL-3.0-or-later
# How the sanitizers behave when tests and fuzzers run; source it with the working folder at the top of the checkout.
export ASAN_OPTIONS=detect_leaks=1:strict_string_checks=1:check_initialization_order=1:allocator_may_return_null=1
export UBSAN_OPTIONS=print_stacktrace=1
export LSAN_OPTIONS=suppressions=$PWD/tools/leaks.supp:print_suppressions=0
export TSAN_OPTIONS=second_deadlock_stack=1
