/**
 * Responses as GLMsingle estimates and saves them, from Python and from MATLAB: what most
 * laboratories have that work with single trials.
 */
package org.mindeye.data.glmsingle;
