// SPDX-License-Identifier: Apache-2.0
/** Certificates, and the files that hold them, made for tests. */
package io.github.datahose.certificates;
