/** The stages of inference, their values, and the pipeline that joins them. */
package org.mindeye.core.pipeline;
