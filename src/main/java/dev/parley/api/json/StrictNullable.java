package dev.parley.api.json;

import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.DeserializationConfig;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.deser.BeanDeserializerModifier;
import com.fasterxml.jackson.databind.deser.ValueInstantiator;
import com.fasterxml.jackson.databind.deser.std.ReferenceTypeDeserializer;
import com.fasterxml.jackson.databind.jsontype.TypeDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.type.ReferenceType;
import org.jspecify.annotations.Nullable;
import org.openapitools.jackson.nullable.JsonNullable;

/**
 * Rejects an empty string in a merge patch where a number or a date is expected. The library's
 * deserializer treats the empty string as an absent field.
 */
final class StrictNullable extends SimpleModule {

    private static final long serialVersionUID = 1;

    StrictNullable() {
        super("strict-nullable");
        setDeserializerModifier(new Modifier());
    }

    /** Replaces the library's deserializer. */
    private static final class Modifier extends BeanDeserializerModifier {

        private static final long serialVersionUID = 1;

        @Override
        public JsonDeserializer<?> modifyReferenceDeserializer(
                DeserializationConfig config,
                ReferenceType type,
                BeanDescription description,
                JsonDeserializer<?> deserializer) {
            return type.hasRawClass(JsonNullable.class)
                    ? new Reader(type, null, null, null)
                    : deserializer;
        }
    }

    /** Deserializes every present value by the deserializer of its type. */
    private static final class Reader extends ReferenceTypeDeserializer<JsonNullable<?>> {

        private static final long serialVersionUID = 1;

        Reader(
                JavaType type,
                @Nullable ValueInstantiator instantiator,
                @Nullable TypeDeserializer typeDeserializer,
                @Nullable JsonDeserializer<?> deserializer) {
            super(type, instantiator, typeDeserializer, deserializer);
        }

        @Override
        protected ReferenceTypeDeserializer<JsonNullable<?>> withResolved(
                TypeDeserializer typeDeserializer, JsonDeserializer<?> deserializer) {
            return new Reader(_fullType, _valueInstantiator, typeDeserializer, deserializer);
        }

        @Override
        public JsonNullable<?> getNullValue(DeserializationContext context) {
            return JsonNullable.of(null);
        }

        @Override
        public Object getAbsentValue(DeserializationContext context) {
            return JsonNullable.undefined();
        }

        @Override
        public JsonNullable<?> referenceValue(Object contents) {
            return JsonNullable.of(contents);
        }

        @Override
        public Object getReferenced(JsonNullable<?> reference) {
            return reference.get();
        }

        @Override
        public JsonNullable<?> updateReference(JsonNullable<?> reference, Object contents) {
            return JsonNullable.of(contents);
        }
    }
}
