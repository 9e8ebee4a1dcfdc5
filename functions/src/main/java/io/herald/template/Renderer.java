package io.herald.template;

import com.fasterxml.jackson.databind.JsonNode;
import io.herald.notification.Channel;

/**
 * Compiles and renders templates. Logic-less: a template can reach its payload and nothing else.
 */
public interface Renderer {

    /**
     * Compiles every field.
     *
     * @throws TemplateException naming the field's JSON pointer, the line and what is wrong with it
     */
    void check(TemplateContent content) throws TemplateException;

    /**
     * Renders what a template, or a message itself, says on a channel that it serves. A variable
     * that the payload lacks is empty. Variables in HTML are escaped.
     *
     * @throws TemplateException when the template cannot be rendered with this payload
     */
    RenderedMessage render(TemplateContent content, Channel channel, JsonNode payload)
            throws TemplateException;

    /**
     * Renders as {@link #render} does, and says what was missing.
     *
     * @throws TemplateException as there
     */
    Preview preview(TemplateContent content, Channel channel, JsonNode payload)
            throws TemplateException;
}
