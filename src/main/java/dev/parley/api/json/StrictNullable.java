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
 * A field of a patch that is there is what it says: the library's own reader takes an empty text
 * for an absent field, where a number or a date is expected.
 */
final class StrictNullable extends SimpleModule {

    private static final long serialVersionUID = 1;

    StrictNullable() {
        super("strict-nullable");
        setDeserializerModifier(new Modifier());
    }

    /** Puts our reader in the place of the library's. */
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

    /** Reads what is there as what it has to be. */
    private static final class Reader extends ReferenceTypeDeserializer<JsonNullable<?>> {

        private static final long serialVersionUID = 1;

        Reader(
                JavaType type,
                @Nullable ValueInstantiator maker,
                @Nullable TypeDeserializer typed,
                @Nullable JsonDeserializer<?> value) {
            super(type, maker, typed, value);
        }

        @Override
        protected ReferenceTypeDeserializer<JsonNullable<?>> withResolved(
                TypeDeserializer typed, JsonDeserializer<?> value) {
            return new Reader(_fullType, _valueInstantiator, typed, value);
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
