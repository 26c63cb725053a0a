// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony;

import java.util.List;
import okhttp3.HttpUrl;

/**
 * Symphony's servers as base URLs, each with its context path and without a slash at the end.
 *
 * @param pod the pod, which answers the session login
 * @param sessionAuth where the pod answers the session login with a client certificate
 * @param keyManager the key manager
 * @param agents the agents, at least one
 */
public record Endpoints(
    HttpUrl pod, HttpUrl sessionAuth, HttpUrl keyManager, List<HttpUrl> agents) {}
